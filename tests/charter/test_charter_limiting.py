"""Gap remedies, directions and interactions: what cannot be meant names its line and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import load_charter, parse_charter
from airworthy.charter.columns import check_columns
from airworthy.charter.model import Direction, GapMeasure, Remedy
from airworthy.kernel.errors import CharterError

HERE = Path("airworthy.toml")
HEAD = """\
name = "loans"
purpose = "Choose whom to lend to"
task = "{task}"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "repaid"
[data]
after_decision = ["late_fee"]
exclude = ["number"]
"""
GROUPS = '[fairness]\nprotected = ["sex"]\nmitigate = ["reductions", "thresholds"]\n'


def read(text: str, task: str = "binary"):
    return parse_charter(HEAD.format(task=task) + text, HERE)


def test_limits_are_read_whole() -> None:
    text = '[search]\ninteractions = [["age", "income"], ["age", "debt"]]\n[search.monotone]\nincome = "up"\n'
    charter = read(GROUPS + 'measure = "true-positive-rate"\n' + text)
    assert charter.fairness.mitigate == (Remedy.REDUCTIONS, Remedy.THRESHOLDS)
    assert charter.fairness.measure is GapMeasure.TRUE_POSITIVE_RATE
    assert charter.search.interactions == (("age", "income"), ("age", "debt"))
    assert charter.search.monotone == {"income": Direction.UP}
    assert read('[search]\ninteractions = "none"\n').search.interactions == ()


@pytest.mark.parametrize(
    ("text", "task", "says", "remedy"),
    [
        ('[fairness]\nmitigate = ["reductions"]\n', "binary", "names no column", "protected = "),
        ('[fairness]\nprotected = ["sex"]\nmitigate = ["weights"]\n', "binary", "not known", "reductions"),
        (
            '[fairness]\nmeasure = "selection-rate"\n',
            "binary",
            "counts only with mitigate",
            "take the line out",
        ),
        (
            '[fairness]\nprotected = ["sex"]\nmitigate = ["reductions"]\n[search]\nlearners = ["additive"]\n',
            "binary",
            "names neither",
            "search.learners",
        ),
        (GROUPS, "regression", "the mean decided number is measured", "Take mitigate out"),
        (GROUPS, "multiclass", "how often one is decided is measured", "`airworthy choose`"),
        (
            GROUPS + "[decision]\ncapacity = 5\nper_rows = 100\n",
            "binary",
            "so the capacity would not hold",
            "take capacity",
        ),
        ('[search]\nmonotone = { income = "upwards" }\n', "binary", "not known here", "up, down"),
        ('[search]\nmonotone = { income = "up" }\n', "multiclass", "rise or fall", 'task = "binary"'),
        ('[search]\nmonotone = { repaid = "up" }\n', "binary", "is the target", "take it out here"),
        ('[search]\nmonotone = { late_fee = "up" }\n', "binary", "data.after_decision", "may read"),
        ('[search]\ninteractions = "all"\n', "binary", "expected lists of columns", '[["age", "income"]]'),
        ('[search]\ninteractions = [["age"]]\n', "binary", "two or more", '[["age", "income"]]'),
        ('[search]\ninteractions = [["age", "number"]]\n', "binary", "data.exclude", "may read"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(text: str, task: str, says: str, remedy: str) -> None:
    with pytest.raises(CharterError) as caught:
        read(text, task)
    assert says in str(caught.value)
    assert remedy in caught.value.remedy
    assert "line" in str(caught.value)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "airworthy.toml"
    path.write_text(HEAD.format(task="binary") + '[search]\nmonotone = { incme = "up" }\n', encoding="utf-8")
    columns = {"rows": ["repaid", "income", "number", "late_fee"]}
    with pytest.raises(CharterError, match='no column "incme"') as caught:
        check_columns(load_charter(path), columns)
    assert '"income"' in caught.value.remedy
