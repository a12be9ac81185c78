"""What a part of a scheme may not be, though each of its values could: faults of form."""

from __future__ import annotations

__all__ = ["TEXTS"]

_FORMS: dict[str, tuple[str, str]] = {
    "form.aggregate": ("count 与 sum 写一个，也只写一个", "give exactly one of count and sum"),
    "form.amount": ("min、target、max 应依次不减", "min, target and max must rise"),
    "form.band": ("每一档要有 min 或 max", "a band needs min or max"),
    "form.budget": (
        "上限是结对数（整数），或小于 1 的比例",
        "a budget is a whole number of pairs, or below 1 a fraction of them",
    ),
    "form.by_without_mix": ("by 只与 mix 一起使用", "by is for mix only"),
    "form.capacity": ("load 和 capacity 一起写，或只写 dimensions", "give load and capacity, or dimensions"),
    "form.dimension": (
        "dimensions 中的名称只用英文字母、数字和下划线，不以数字开头",
        "names of dimensions are letters, digits and underscores",
    ),
    "form.duties": ("要有 max，或 places 和 max_places", "give max, or places and max_places"),
    "form.forbid": ("source 和 target 一起写，或只写 where", "give source and target, or where"),
    "form.min_over_max": ("min 大于 max", "min is greater than max"),
    "form.mix": ("mix 中要有 min、max 或 each", "a mix needs min, max or each"),
    "form.mix_and_needs": (
        "写了 mix 就不计需求，请去掉 serves、min、scoring",
        "with mix no needs are counted: leave serves, min and scoring out",
    ),
    "form.mix_target": ("mix 中只有 min 和 max，没有 target", "a mix has min and max, but no target"),
    "form.parties": (
        "parties 的权重不小于 0，至少一个大于 0",
        "parties need weights of 0 or more, one of them above 0",
    ),
    "form.places": ("places 与 max_places 须一并给出", "places and max_places go together"),
    "form.prefer": ("where 与 pair 写一个，也只写一个", "give exactly one of where and pair"),
    "form.quota": ("写 quotas，或写 of、total，不能都写或都不写", "give quotas, or of and total"),
    "form.quota_column": (
        "按类别（of）规定时要有 column，说明类别在哪一列",
        "quotas by kind need the column that tells the kind",
    ),
    "form.quota_entry": ("每一项要有 of 或 total", "a quota needs of or total"),
    "form.liking": ("more 和 less 只填一项", "give exactly one of more and less"),
    "form.tenure": (
        "须填 max_years、min_years、cooling_off 中的至少一项",
        "give max_years, min_years or cooling_off",
    ),
    "form.tenure_order": ("min_years 不得大于 max_years", "min_years is at most max_years"),
    "form.ranks": ("ranks 是 100 到 0 的分数，只降不升", "ranks are points from 100 to 0, never rising"),
    "form.require": ("where 中要有 target 或 pair", "where needs target or pair"),
    "form.stages_twice": ("stages 中每个环节只写一次", "each stage once"),
    "form.strength_mix": ("要有 tolerance 或 bands", "give tolerance, bands or both"),
    "form.sum": ("sum 写作“表.列”，如 grids.households", "sum is written table.column"),
}

_EXPECTED = ("", "")
_REMEDY = ("请对照 matchmaker rules 中的示例改正", "correct it after the example of “matchmaker rules”")

TEXTS: dict[str, tuple[str, str]] = {
    **_FORMS,
    **{f"{key}.expected": _EXPECTED for key in _FORMS},
    **{f"{key}.remedy": _REMEDY for key in _FORMS},
}
