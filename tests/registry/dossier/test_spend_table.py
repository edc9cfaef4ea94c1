"""The table of what a run used: stages, candidates, limits, and no figure that is not known."""

from __future__ import annotations

from airworthy.registry.dossier.document import PieceView, SpendView
from airworthy.registry.dossier.spend import MOST, spend_chart, spend_lines, spend_rows

SPEND = SpendView(
    seconds=60.0,
    limit_seconds=90.0,
    cpu_seconds=50.0,
    money=0.06,
    currency="EUR",
    energy_kwh=0.0002,
    energy_source="measured: RAPL package",
    peak_memory_bytes=600_000_000,
    max_money=0.09,
    pieces=(
        PieceView(kind="stage", name="audit", seconds=5.0, cpu_seconds=5.0, money=0.005),
        *(
            PieceView(kind="candidate", name=f"draw-{i}", seconds=float(i), money=0.001 * i)
            for i in range(20)
        ),
        PieceView(kind="stage", name="train", seconds=50.0, cpu_seconds=40.0, money=0.05),
        PieceView(kind="stage", name="expect", seconds=0.001),
    ),
)


def test_candidates_stand_below_training_and_what_took_least_is_added_up() -> None:
    rows = spend_rows(SPEND)
    assert [row[0] for row in rows[:3]] == ["Audit", "Train", "– draw-19"]
    assert rows[2 + MOST][:2] == ("– 6 more", "15 s")  # 0 + 1 + 2 + 3 + 4 + 5 seconds
    assert rows[2 + MOST][3] == "0.015 EUR"
    assert rows[-1][:5] == ("The whole run", "1 min 0 s", "50 s", "0.06 EUR", "0.2 Wh")


def test_what_is_not_known_stays_empty() -> None:
    audit = spend_rows(SPEND)[0]
    assert audit[4:] == ("", "")
    assert spend_rows(SpendView(seconds=3.0)) == []
    assert list(spend_lines(SpendView(seconds=3.0))) == []


def test_limits_and_the_source_of_the_energy_are_said() -> None:
    assert list(spend_lines(SPEND)) == [
        "Further limits: 0.09 EUR.",
        "Energy: 0.2 Wh (measured: RAPL package).",
    ]


def test_the_picture_has_a_bar_for_each_stage_that_took_time() -> None:
    chart = spend_chart(SPEND)
    assert chart is not None
    assert chart["data"] == {
        "values": [{"part": "Audit", "seconds": 5.0}, {"part": "Train", "seconds": 50.0}]
    }
