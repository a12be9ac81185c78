"""Writing YAML that `yaml_reader` reads back as the very same values."""

from __future__ import annotations

from typing import Any

import yaml

from matchmaker.scheme.yaml_reader import is_ambiguous, scalar

__all__ = ["write_yaml"]


class _Dumper(yaml.SafeDumper):
    """Without aliases, and with quotes wherever our reader needs them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Repeated values are written out: the reader refuses aliases."""
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their key."""
        del indentless
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", value, style='"' if _needs_quotes(value) else None
    )


def _needs_quotes(value: str) -> bool:
    try:
        stays_text = scalar(value) == value
    except ValueError:
        return True
    return not stays_text or is_ambiguous(value) or "：" in value or not value.isprintable()


_Dumper.add_representer(str, _text)


def write_yaml(value: Any) -> str:
    """YAML text of mappings, lists and scalars, keys in their order, Chinese as it is."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**20)
    return text
