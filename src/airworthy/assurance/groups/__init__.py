"""For whom it is worse: what is measured in each group, how groups are compared, and what cannot be known."""

from airworthy.assurance.groups.table import GroupFigure, GroupRow, GroupTable, MeasureView

__all__ = ["GroupFigure", "GroupRow", "GroupTable", "MeasureView"]
