"""Where nobody watches a bar, progress is whole lines, and few of them."""

from __future__ import annotations

import pytest

from airworthy.cli.progress import PlainProgress


def test_a_stage_tells_what_it_costs_once_in_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    progress = PlainProgress(clock=lambda: now[0])
    with progress.stage("Train candidates", total=60) as stage:
        for second in range(26):
            now[0] = float(second)
            stage.advance(1, f"linear, 0 finished, {60 - second} s left, 0.01 of at most 0.05 EUR")
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "Train candidates: linear, 0 finished, 50 s left, 0.01 of at most 0.05 EUR",
        "Train candidates: linear, 0 finished, 40 s left, 0.01 of at most 0.05 EUR",
        "Train candidates: done in 25 s",
    ]
