"""What the search knows of the rows that it may change: knobs, their settings, and what is permitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Field(Protocol):
    """n rows as points (n, d): one coordinate for each column, or one-hot group, that may change.

    A coordinate holds a number, or the place of a word among the words that its column knows.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The d knobs."""
        ...

    @property
    def ordered(self) -> Mask:
        """Whether a knob's settings lie on a line and can be walked back, (d,)."""
        ...

    @property
    def start(self) -> Floats:
        """The rows as they are, (n, d)."""
        ...

    def settings(self, rows: Places, knob: int, most: int) -> Floats:
        """At most `most` settings of one knob for each of m rows, (m, most); NaN where there are fewer."""
        ...

    def between(self, rows: Places, knobs: Places, near: Floats, far: Floats) -> Floats:
        """Settings about halfway from `near` to `far`, one knob each, (m,); `far` where there is none."""
        ...

    def columns(self, rows: Places, points: Floats) -> Mapping[str, Any]:
        """The m candidate rows as the scorer takes them; all that hangs on a changed column follows it."""
        ...

    def permitted(self, rows: Places, columns: Mapping[str, Any]) -> Mask:
        """Which of the m candidate rows break no rule, (m,)."""
        ...

    def sizes(self, rows: Places, points: Floats) -> Floats:
        """How large each change is, (m,): in money where every free column has a price, else in the columns'
        own spread."""
        ...
