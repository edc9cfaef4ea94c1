"""What a finding costs: a small model is fitted with and without it, on the same rows and folds.

`estimate_consequences` measures; `Consequence` says what came out; `consequence_order` is the one place that
decides which finding stands first.
"""

from airworthy.data.consequence.effect import Consequence, Estimation, Kind, Quality
from airworthy.data.consequence.order import consequence_order

__all__ = ["Consequence", "Estimation", "Kind", "Quality", "consequence_order"]
