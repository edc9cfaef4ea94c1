"""An argument of `aw.forecast` that cannot be is refused by name, before anything is read."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("learners", ["forest"], 'learners names "forest", which is not known.'),
        ("season", 0, "season = 0 is no number of steps."),
        ("season", -2, "season = -2 is no number of steps."),
        ("level", 1.5, "level = 1.5 is no share of outcomes."),
        ("seconds", 0, "seconds = 0 is no time limit."),
        ("seconds", float("nan"), "seconds = nan is no time limit."),
    ],
)
def test_an_argument_that_cannot_be_is_refused_by_name(argument: str, value: Any, message: str) -> None:
    frame = pl.DataFrame({"month": ["2020-01-01"], "sold": [1.0]})
    with pytest.raises(InputError) as refused:
        aw.forecast(frame, "sold", "month", **{"horizon": 6, argument: value})
    assert refused.value.message == message
    assert refused.value.remedy
