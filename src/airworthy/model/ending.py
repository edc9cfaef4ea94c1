"""Ending well and in time: all candidates blended and compared, else the best of them alone."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from airworthy.kernel.time_up import TimeUp, ends_in
from airworthy.model.finish import finish
from airworthy.model.job import Prepared, Record
from airworthy.model.problem import Problem
from airworthy.model.trained import Trained
from airworthy.model.trials import texts_of

END_SECONDS, END_SECONDS_PER_ROW, END_SECONDS_PER_SCORE = 0.6, 2.5e-5, 5e-6
"""Of processor time: imports and files; the intervals of the decision; blending and comparing. Measured: 7
candidates on 22,500 rows took 1.9 s."""
END_SECONDS_PER_TEXT = 0.2
"""For a candidate and a text that it reads: its words are read and written again (4.5 MB of 8,784 tweets)."""
MOST_SHARE = 0.4
MOST_PACE = 4.0
LATE_SECONDS = 1.0
"""What ending may take beyond its time before the blend is given up: a half of what no run may exceed."""


def end_seconds(rows: int, candidates: int, pace: float = 1.0, texts: int = 0) -> float:
    """About what `finish` takes of `rows` measured rows; `pace` is wall time for a second of the processor.

    >>> round(end_seconds(20_000, 4), 1)
    1.5
    """
    words = END_SECONDS_PER_TEXT * candidates * texts
    return pace * (END_SECONDS + rows * (END_SECONDS_PER_ROW + candidates * END_SECONDS_PER_SCORE) + words)


class Pace:
    """How much slower the wall clock runs than this process works: above 1 where others use the processor."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def __call__(self) -> float:
        wall, cpu = time.monotonic() - self._wall, time.process_time() - self._cpu
        return min(MOST_PACE, max(1.0, wall / max(cpu, 1e-3)))


def finish_in(
    seconds: float,
    problem: Problem,
    prepared: Prepared,
    folder: Path,
    records: Sequence[Record],
    unfinished: dict[str, tuple[float, str]],
    pace: float = 1.0,
) -> Trained:
    """`finish`, and where it is not done in time the best candidate alone, which takes a fraction of it.

    What came of it stands in the schedule either way, so that a replay makes the same model.
    """
    best = min(_takeable(records), key=lambda one: one.loss, default=None)
    if best is None or len(records) == 1:
        return finish(problem, prepared, folder, records, unfinished)
    alone = end_seconds(len(prepared.rows), 1, pace, texts_of(problem.contract.inputs))
    try:
        with ends_in(max(seconds + LATE_SECONDS - alone, 0.1)):
            return finish(problem, prepared, folder, records, unfinished)
    except TimeUp:
        return finish(problem, prepared, folder, [best], _left_out(records, best, unfinished))


def _takeable(records: Sequence[Record]) -> list[Record]:
    return [one for one in records if not one.refused and not one.one_fold] or [
        one for one in records if not one.refused
    ]


def _left_out(
    records: Sequence[Record], best: Record, unfinished: Mapping[str, tuple[float, str]]
) -> dict[str, tuple[float, str]]:
    why = "finished, and not compared: the time was up"
    return {**unfinished, **{one.name: (one.seconds, why) for one in records if one is not best}}
