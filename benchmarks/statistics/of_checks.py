"""How often a check fails a world without its defect, and how often it finds a planted one."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from table import Row, Table, percent

from airworthy.assurance import CHECKS, Predictions, facts_for
from airworthy.charter.model import CheckRules, Fairness, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Limit, Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.measures import Wilson
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "assurance"))

from assurance_world import columns, scope, scorer

Codes = tuple[str, ...]
MOST = 0.05
OF_GROUPS = ("FAI001", "FAI002", "FAI003", "FAI005", "FAI006", "FAI007", "FAI008")
FOUR_FIFTHS = Limit(low=0.8, source="four fifths, as this benchmark declares it")


def _results(
    codes: Codes, where: Scope, predictions: Predictions, seed: int, **given: Any
) -> Sequence[Result]:
    checks = tuple(check for check in CHECKS if check.code in codes)
    return run_checks(make_plan(checks, where, ()), checks, facts_for(predictions, seed=seed, **given), where)


def _failed(results: Iterable[Result]) -> set[str]:
    return {result.code for result in results if result.verdict is Verdict.FAIL}


def _bounded(hits: int, of: int) -> str:
    low, high = Wilson(hits, of).interval(0.95)
    return f"{percent(hits / of)} ({percent(low)} to {percent(high)})"


def _group_scope(k: int, rows: int, task: Task) -> Scope:
    """One protected column of k groups; both impact checks are held to four fifths."""
    names = tuple(f"g{i:02d}" for i in range(k))
    column = Column(
        name="origin", type=LogicalType.CATEGORY, role=Role.PROTECTED, vocabulary=names, counts=(rows,) * k
    )
    contract = Contract(
        columns=(column,), classes=("No", "Yes") if task is Task.BINARY else (), rows=k * rows
    )
    limits = {"FAI005": FOUR_FIFTHS, "FAI006": FOUR_FIFTHS}
    return scope(
        task, contract=contract, fairness=Fairness(protected=("origin",)), checks=CheckRules(limits=limits)
    )


def _group_world(
    k: int, rows: int, seed: int, task: Task, gap: float = 0.0, codes: Codes = OF_GROUPS
) -> Sequence[Result]:
    """k equal groups; `gap` moves the selection, the found share, or the mean error (in sd) of the first."""
    rng = np.random.default_rng([k, rows, seed])
    code = np.repeat(np.arange(k), rows)
    first, origin = code == 0, np.array([f"g{i:02d}" for i in range(k)])[code].tolist()
    if task is Task.REGRESSION:
        y = rng.normal(size=k * rows)
        made = 0.7 * y + 0.5 * rng.normal(size=k * rows)
        found = Predictions.of(task, y, prediction=made + gap * first, columns={"origin": origin})
    else:
        y, chosen = rng.random(k * rows) < 0.3, rng.random(k * rows) < 0.3 + gap * first
        score = np.clip(0.5 * rng.random(k * rows) + 0.5 * chosen, 0.0, 1.0)
        found = Predictions.of(
            task, y.astype(int), probability=score, decision=chosen.astype(int), columns={"origin": origin}
        )
    return _results(codes, _group_scope(k, rows, task), found, seed)


def groups(worlds: int) -> Table:
    """Equal groups: how often any of them fails, check by check and in all."""
    rows = []
    for k in (2, 5, 14):
        for n in (100, 500, 2000):
            count: Counter[str] = Counter()
            bare = 0
            tries = worlds if k * n <= 2500 else max(50, worlds // 4)
            for seed in range(tries):
                results = _group_world(k, n, seed, Task.BINARY)
                wrong = _failed(results) | _failed(_group_world(k, n, seed, Task.REGRESSION))
                count.update(wrong)
                count["any"] += bool(wrong)
                ratios = [r.measurement.value for r in results if r.code == "FAI005" and r.measurement]
                bare += min(ratios, default=1.0) < 0.8
            cells = [percent(count[code] / tries) for code in OF_GROUPS]
            any_ = _bounded(count["any"], tries)
            kept = all(count[code] <= MOST * tries for code in OF_GROUPS)
            rows.append(Row((f"{k}", f"{n:,}", f"{tries:,}", *cells, any_, percent(bare / tries)), kept))
    heads = ("groups", "rows each", "worlds", *OF_GROUPS, "any of them", "bare ratio below 0.8")
    return Table(heads, tuple(rows), "each check fails at most 5 % of worlds whose groups are equal")


def gaps(worlds: int) -> Table:
    """Planted gaps: how often the group that has one fails."""
    tries, rows = max(40, worlds // 12), []
    plans = (("FAI001", Task.BINARY, (0.15, 0.2, 0.3)), ("FAI003", Task.REGRESSION, (0.2, 0.3, 0.5)))
    for code, task, sizes in plans:
        for n in (100, 500, 2000):
            shares = []
            for gap in sizes:
                hits = sum(
                    any(
                        r.code == code and r.verdict is Verdict.FAIL and r.subject == "group:origin=g00"
                        for r in _group_world(5, n, seed, task, gap, (code,))
                    )
                    for seed in range(tries)
                )
                shares.append(f"{gap:g}: {percent(hits / tries, 0)}")
            rows.append(Row((code, f"{n:,}", f"{tries:,}", "; ".join(shares))))
    heads = ("check", "rows each of 5 groups", "worlds", "true gap (limit 0.1): share found")
    return Table(heads, tuple(rows), "none, for a limit decides what is worth finding; more rows find more")


Harm = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
OF_MODELS = ("CAL001", "STA001", "STA002", "ROB001", "ROB002", "ROB003", "ROB004")


def _late(p: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    """The last month of twelve knows nothing."""
    return np.where(time > 86400 * 330, p.mean(), p)


HARMS: Mapping[str, tuple[str, str, Harm]] = {
    "probabilities 8 points too high": ("CAL001", "0.05 off", lambda p, t: np.clip(p - 0.08, 0, 1)),
    "probabilities 15 points too high": ("CAL001", "0.05 off", lambda p, t: np.clip(p - 0.15, 0, 1)),
    "nothing known in the last month": ("STA001", "AUC 0.05 lower", _late),
}


def _model_world(seed: int, rows: int, harm: Harm = lambda p, t: p) -> Sequence[Result]:
    """A model that drew the outcomes itself, over twelve months, and does as `harm` says."""
    rng, table = np.random.default_rng([seed, rows, 7]), columns(seed, rows)
    probability = np.asarray(scorer().score_columns(table).probability)[:, 1]
    time = np.sort(rng.random(rows)) * 86400 * 360
    found = Predictions.of(
        Task.BINARY,
        (rng.random(rows) < harm(probability, time)).astype(int),
        classes=("No", "Yes"),
        probability=probability,
        decision=(probability >= 0.5).astype(int),
        threshold=0.5,
        columns=table,
        time=time,
    )
    return _results(OF_MODELS, scope(timed=True), found, seed, scorer=scorer())


def models(worlds: int) -> Table:
    """An honest model: how often it is failed, check by check."""
    rows, tries = [], max(50, worlds // 5)
    for n in (300, 1000, 5000):
        count: Counter[str] = Counter()
        for seed in range(tries):
            count.update(_failed(_model_world(seed, n)))
        for code in OF_MODELS:
            kept = None if code == "ROB003" else count[code] <= MOST * tries
            rows.append(Row((code, f"{n:,}", f"{tries:,}", _bounded(count[code], tries)), kept))
    bar = (
        "at most 5 % of worlds; none for ROB003, for this linear model truly loses 0.058 AUC out of range "
        "where 0.05 is allowed"
    )
    return Table(("check", "rows", "worlds", "failed"), tuple(rows), bar)


def harms(worlds: int) -> Table:
    """A planted harm: how often its check fails."""
    rows, tries = [], max(50, worlds // 10)
    for name, (code, limit, harm) in HARMS.items():
        for n in (1000, 5000):
            hits = sum(code in _failed(_model_world(seed, n, harm)) for seed in range(tries))
            rows.append(Row((name, code, limit, f"{n:,}", f"{tries:,}", _bounded(hits, tries))))
    return Table(("harm", "check", "limit", "rows", "worlds", "found"), tuple(rows), "none")


def slices(worlds: int) -> Table:
    """PER003: worlds without a bad slice, with a hard one that the model knows, and with a wrong one."""
    from test_slices import LIMIT, found_in, world

    from airworthy.assurance.slices.confirmed import Against, Confirmed

    plans = (
        ("none is worse", {}, Against.EXPECTED, True),
        ("none is worse", {}, Against.ELSEWHERE, True),
        ("one is hard, and the model knows it", {"inside": 0.45, "said": 0.45}, Against.EXPECTED, True),
        ("one is wrong: 45 % errors, 15 % expected", {"inside": 0.45}, Against.EXPECTED, False),
        ("one is wrong: 35 % errors, 15 % expected", {"inside": 0.35}, Against.EXPECTED, False),
    )
    rows = []
    for what, rates, against, clean in plans:
        for n in (1000, 4000):
            tries = max(50, worlds // 2 if clean else worlds // 10)
            named = failed = 0
            for seed in range(tries):
                made = found_in(*world(seed, n, **rates)[:2], seed, against)
                if isinstance(made, Confirmed):
                    named += bool(made.surely_worse())
                    failed += bool(made.beyond(0.95))
            kept = failed <= MOST * tries if clean else None
            cells = (
                what,
                str(against),
                f"{n:,}",
                f"{tries:,}",
                percent(named / tries),
                _bounded(failed, tries),
            )
            rows.append(Row(cells, kept))
    heads = (
        "world",
        "held against",
        "rows",
        "worlds",
        "a slice named as worse",
        f"failed (limit {LIMIT.high:g})",
    )
    return Table(heads, tuple(rows), "at most 5 % fail where the model is wrong nowhere")
