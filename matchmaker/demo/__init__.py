"""Generated data sets that show what the product does; nothing in them is real but the numbers.

Every table carries the notice 模拟数据.
"""

from __future__ import annotations

from matchmaker.demo.longgang import generate_longgang

__all__ = ["generate_longgang"]
