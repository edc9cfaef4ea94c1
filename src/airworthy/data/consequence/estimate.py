"""Costs of the findings, one after another within a stated time; what is not reached says so.

Every comparison is made without the suspected leaks: two columns that both give the outcome away cover for
each other, so that leaving out either one alone would seem to cost nothing, and beside a leak no other column
matters. A leak is therefore added to the rest, alone, and what it adds is what it promises.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.scope import Scope
from airworthy.data.consequence.compare import compared, in_money
from airworthy.data.consequence.effect import Consequence, Estimation, Kind, Money, Quality
from airworthy.data.consequence.order import consequence_order
from airworthy.data.consequence.rows import FOLDS, Floats, Mask, Rows, sampled_rows
from airworthy.data.consequence.small_model import Columns, out_of_fold
from airworthy.data.consequence.treatments import WITHOUT, Change, NoChange, column_of, treat
from airworthy.kernel.ports import Progress
from airworthy.kernel.result import Result, Verdict

Key = tuple[str, str]
ALLOWANCE = 10.0


@dataclass
class _Bench:
    """Rows with the scores that comparisons share."""

    rows: Rows
    leaks: Columns
    whole: Quality | None = None
    fits: int = 0
    scores: dict[tuple[str, bytes, bytes, bytes], Floats] = field(default_factory=dict)
    answers: dict[str, tuple[Quality, Money | None]] = field(default_factory=dict)

    def measure(self, change: Change) -> tuple[Quality, Money | None]:
        if change.key not in self.answers:
            self.answers[change.key] = self._measured(change)
        return self.answers[change.key]

    def measure_whole(self) -> None:
        """The table as it stands against the table without the suspected leaks."""
        everything = np.ones(len(self.rows), bool)
        pair = self._scores({}, everything, everything), self._scores(self.leaks, everything, everything)
        self.whole = compared(self.rows, everything, *pair, Kind.PROMISE)

    def _measured(self, change: Change) -> tuple[Quality, Money | None]:
        everything = np.ones(len(self.rows), bool)
        keep = everything if change.rows is None else change.rows
        learn = everything if change.learn is None else change.learn
        base = {name: column for name, column in self.leaks.items() if name not in change.columns}
        first = self._scores(base, keep, everything)
        other = self._scores({**base, **change.columns}, keep, learn, change.apart)
        scored = keep & learn
        of = (self.rows, scored, first, other, change.kind)
        return compared(*of), in_money(*of)

    def _scores(
        self, columns: Columns, keep: Mask, learn: Mask, apart: NDArray[np.uint64] | None = None
    ) -> Floats:
        names = ",".join(sorted(f"{name}:{id(column)}" for name, column in columns.items()))
        folds = None if apart is None else (apart % np.uint64(FOLDS)).astype(np.int64)
        key = (names, keep.tobytes(), learn.tobytes(), b"" if folds is None else folds.tobytes())
        if key not in self.scores:
            self.fits += FOLDS
            self.scores[key] = out_of_fold(self.rows, columns, keep, learn, folds)
        return self.scores[key]


def estimate_consequences(
    results: Sequence[Result],
    sample: Callable[[], pl.DataFrame],
    of_rows: int,
    scope: Scope,
    progress: Progress,
    *,
    allowance: float = ALLOWANCE,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Mapping[Key, Consequence], Estimation | None]:
    """What each finding costs, by (code, subject), and how that was estimated.

    Parameters
    ----------
    sample : gives canonical rows to draw from; called only when something can be compared.
    of_rows : rows of the whole table.
    allowance : seconds; the finding that is being measured when they end is finished.

    Notes
    -----
    Ctrl-C ends the estimation and keeps what was found.
    """
    findings = sorted((r for r in results if r.verdict is Verdict.FAIL), key=consequence_order)
    untold = {_key(r): _untold(r, of_rows) for r in results if r.verdict in (Verdict.UNSURE, Verdict.ERROR)}
    if not findings:
        return untold, None
    started = clock()
    first = tuple(name for r in findings if (name := column_of(r)) is not None)
    rows = sampled_rows(sample(), of_rows, scope, first)
    if isinstance(rows, str):
        told = {_key(r): _blank(r, of_rows, WITHOUT.get(r.code, NoChange(rows))) for r in findings}
        return {**untold, **told}, None
    bench = _Bench(rows, _leaks(findings, rows))
    done: dict[Key, Consequence] = {}
    interrupted = False
    try:
        with progress.stage("Estimate what the findings cost", total=float(len(findings))) as stage:
            for result, found in _in_turn(bench, findings, of_rows, lambda: clock() - started, allowance):
                done[_key(result)] = found
                stage.advance(1.0, column_of(result) or result.subject)
    except KeyboardInterrupt:
        interrupted = True
    reason = "it was interrupted" if interrupted else _late(allowance)
    for result in findings:
        done.setdefault(_key(result), _blank(result, of_rows, NoChange(reason)))
    estimation = Estimation(
        rows=len(rows),
        of_rows=of_rows,
        columns=len(rows.inputs),
        of_columns=rows.of_inputs,
        folds=FOLDS,
        fits=bench.fits,
        seconds=clock() - started,
        allowance=allowance,
        interrupted=interrupted,
        left=sum(c.reason == reason for c in done.values()),
        whole=bench.whole,
        leaks=tuple(bench.leaks),
    )
    return {**untold, **done}, estimation


def _in_turn(
    bench: _Bench, findings: Sequence[Result], of_rows: int, spent: Callable[[], float], allowance: float
) -> Iterator[tuple[Result, Consequence]]:
    """Each finding with its cost, the score of the whole table before them."""
    bench.measure_whole()
    for result in _one_a_subject_first(findings):
        yield result, _one(result, bench, of_rows, _late(allowance) if spent() > allowance else "")


def _one_a_subject_first(findings: Sequence[Result]) -> list[Result]:
    """The first finding of each column, then each second one, and so on: time then reaches every column."""
    seen: dict[str, int] = {}
    turns = []
    for place, result in enumerate(findings):
        seen[result.subject] = seen.get(result.subject, 0) + 1
        turns.append((seen[result.subject], place))
    return [findings[place] for _, place in sorted(turns)]


def _leaks(findings: Sequence[Result], rows: Rows) -> Columns:
    """The columns that findings suspect of giving the outcome away, left out or with their gaps filled."""
    leaks: dict[str, pl.Series | None] = {}
    for result in findings:
        change = treat(result, rows)
        if isinstance(change, Change) and change.kind is Kind.PROMISE:
            leaks |= {name: None if name in leaks else column for name, column in change.columns.items()}
            leaks |= {name: None for name, column in change.columns.items() if column is None}
    return leaks


def _one(result: Result, bench: _Bench, of_rows: int, late: str) -> Consequence:
    change = treat(result, bench.rows)
    if isinstance(change, NoChange):
        return _blank(result, of_rows, change)
    if change.kind is not Kind.PROMISE and any(name in bench.leaks for name in change.columns):
        settle = f"settle first whether {column_of(result)} gives the outcome away"
        return _blank(result, of_rows, NoChange(settle))
    if late and change.key not in bench.answers:
        return _blank(result, of_rows, NoChange(late))
    quality, money = bench.measure(change)
    touched = rows_touched(result)
    return Consequence(change.kind, touched, touched / max(1, of_rows), quality, money)


def _late(allowance: float) -> str:
    return f"the {allowance:g} s allowed were spent on findings above it; --effects-seconds gives more"


def _untold(result: Result, of_rows: int) -> Consequence:
    broke = result.verdict is Verdict.ERROR
    reason = "the check broke" if broke else "it cannot be told whether it is there"
    return _blank(result, of_rows, NoChange(reason))


def _blank(result: Result, of_rows: int, why: NoChange) -> Consequence:
    touched = rows_touched(result)
    return Consequence(why.kind, touched, touched / max(1, of_rows), reason=why.reason)


def rows_touched(result: Result) -> int:
    """Rows that the finding speaks of; 0 where it counts none."""
    return int(result.details.get("rows_touched", 0))


def _key(result: Result) -> Key:
    return result.code, result.subject
