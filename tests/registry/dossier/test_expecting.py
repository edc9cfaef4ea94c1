"""The dossier's picture of past periods and the next, and its table of messy input."""

from __future__ import annotations

import pytest

from airworthy.registry.dossier.charts import chart_view
from airworthy.registry.dossier.document import ElsewhereView, ExpectedView, ScenarioView
from airworthy.registry.dossier.expecting import _at_sites, _scenario, periods_chart

EXPECTED = ExpectedView(metric="auc", value=0.75, low=0.7, high=0.8, level=0.9, periods=(0.71, 0.78, 0.74))


def test_the_picture_has_every_past_period_and_the_interval_of_the_next() -> None:
    view = chart_view(periods_chart(EXPECTED, "AUC"))
    assert view.drawing is not None
    assert view.note == ""
    numbers = {float(cell) for row in view.rows for cell in row if cell.replace(".", "").isdigit()}
    assert {0.71, 0.78, 0.74, 0.7, 0.8, 0.75} <= numbers


@pytest.mark.parametrize(
    ("metric", "unit", "change", "around"),
    [("auc", "AUC", "−0.020", "−0.030 to −0.010"), ("log_loss", "nats", "+0.020", "0.010 to 0.030")],
)
def test_an_auc_that_gets_worse_falls_and_a_loss_rises(
    metric: str, unit: str, change: str, around: str
) -> None:
    mess = ScenarioView(words="5 % of cells empty", worse_by=0.02, low=0.01, high=0.03, rows=200)
    assert _scenario(mess, metric, unit) == ("5 % of cells empty", change, around)


def test_a_further_site_has_a_sentence_with_its_interval() -> None:
    depots = ElsewhereView(
        column="depot", low=0.7, high=0.8, level=0.9, sites=({"site": "Bern"}, {"site": "Oslo"})
    )
    assert _at_sites(depots, "AUC", "AUC") == (
        "AUC at a further depot: 0.700 to 0.800 (90 % interval), from 2 known ones of depot."
    )
