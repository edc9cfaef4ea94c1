"""The candidate whose thresholds move by group, and what a smaller gap costs beside the plain twin."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from airworthy.charter.model import Remedy
from airworthy.measures.means import PairedDifference
from airworthy.model.artefact import ARTEFACT
from airworthy.model.candidate import put_in_place
from airworthy.model.choose import Rival, choose
from airworthy.model.decide import error_costs, least_costs, moves_of
from airworthy.model.gaps import GroupGap
from airworthy.model.job import CANDIDATES, SCORES, Job, Record
from airworthy.model.latency import latency_of, size_of
from airworthy.model.level import level
from airworthy.model.menu_limits import GAP_LIMIT, limits_of
from airworthy.model.problem import Problem
from airworthy.model.rows import Rows
from airworthy.model.weighed import EVEN, REWEIGHED
from airworthy.scoring import Scorer
from airworthy.scoring.artefact import load_spec, save_spec, write_manifest
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Decision, LeastCost, Threshold

BY_GROUP = "-by-group"
"""What the name of a candidate with thresholds by group ends with."""
LEVEL = 0.95


def is_twin(record: Record) -> bool:
    """Whether it only exists beside a plain candidate, to close a gap: no sum of models needs it."""
    return record.name.endswith((EVEN, REWEIGHED, BY_GROUP))


def drop_by_group(records: Iterable[Record], folder: Path) -> list[Record]:
    """`records` without those of an earlier run, whose twin may have changed since."""
    kept = []
    for record in records:
        if record.name.endswith(BY_GROUP):
            shutil.rmtree(folder / CANDIDATES / record.name, ignore_errors=True)
        else:
            kept.append(record)
    return kept


def keep_by_group(
    problem: Problem, rivals: Sequence[Rival], job: Job, rows: Rows, folder: Path
) -> Record | None:
    """Keep the twin of the candidate that the rule would take, with thresholds by group.

    Parameters
    ----------
    rivals
        Finished candidates, on all measured `rows`.

    Returns
    -------
    Record or None
        None where the charter does not permit it, or the plain candidate keeps the limit.
    """
    fairness = problem.charter.fairness
    others = [limit for limit in limits_of(problem.charter) if limit.key != GAP_LIMIT]
    plain = [rival for rival in rivals if not rival.record.refused and not is_twin(rival.record)]
    plain = [rival for rival in plain if all(limit.met_by(rival) for limit in others)] or plain
    if Remedy.THRESHOLDS not in fairness.mitigate or not plain:
        return None
    base = choose(plain, problem.charter.search.prefer)
    if base.gap is None or base.gap.value <= fairness.max_gap:
        return None
    home = folder / CANDIDATES / base.name
    outputs = np.load(home / SCORES, allow_pickle=False)
    decision = load_spec(home / ARTEFACT).decision
    assert isinstance(decision, Threshold | LeastCost)  # the charter wants a binary task
    rule = decision
    if isinstance(rule, Threshold):
        rule = LeastCost(alarm=job.deciding.alarm, miss=job.deciding.miss, possible=rule.possible)
    moved = level(rule, problem.charter, job.contract, rows, outputs)
    return _kept(base.record, moved, rows, folder) if moved.moves else None


def _kept(base: Record, decision: Decision, rows: Rows, folder: Path) -> Record:
    """A copy of the candidate with another decision; it appears whole or not at all."""
    name = base.name + BY_GROUP
    draft = folder / CANDIDATES / f".{name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder / CANDIDATES / base.name, draft)
    spec = load_spec(draft / ARTEFACT)
    save_spec(msgspec.structs.replace(spec, decision=decision), draft / ARTEFACT)
    write_manifest(draft / ARTEFACT)
    asked = replace(rows, columns={**rows.columns, **rows.told.protected})
    latency = latency_of(Scorer.load(draft / ARTEFACT), asked)
    record = msgspec.structs.replace(
        base,
        name=name,
        seconds=0.0,
        latency_us=latency.median_us,
        latency_p99_us=latency.p99_us,
        size_bytes=size_of(draft / ARTEFACT),
        note=f"thresholds by group; {base.note}",
    )
    put_in_place(draft, record, folder)
    return record


def priced(rivals: Sequence[Rival], problem: Problem, job: Job, rows: Rows, folder: Path) -> list[Rival]:
    """`rivals`; each twin's note says what its gap is beside the plain candidate's, and what that costs."""
    by_name = {rival.name: rival for rival in rivals}
    found = []
    for rival in rivals:
        plain = by_name.get(plain_name(rival.name))
        if plain is None or plain is rival:
            found.append(rival)
            continue
        note = f"{_note(rival, plain, problem, job, rows, folder)}; {rival.record.note}"
        found.append(replace(rival, record=msgspec.structs.replace(rival.record, note=note)))
    return found


def _note(twin: Rival, plain: Rival, problem: Problem, job: Job, rows: Rows, folder: Path) -> str:
    own, other = (_costs(rival.name, job, rows, folder) for rival in (twin, plain))
    dearer = PairedDifference.of(own, other, clusters=rows.groups, scale=1000.0)
    low, high = dearer.interval(LEVEL)
    unit = f"{problem.charter.costs.currency} more" if job.costs.declared else "more wrong decisions"
    span = "" if low is None or high is None else f" ({low:+,.1f} to {high:+,.1f})"
    return (
        f"{_gap(plain.gap)} → {_gap(twin.gap)}; {dearer.value:+,.1f}{span} {unit} per 1,000 decisions than "
        f"{plain.name} in {len(rows):,} rows not learned from"
    )


def plain_name(name: str) -> str:
    """Of a candidate or of its twin that closes a gap.

    >>> plain_name("linear-even"), plain_name("lightgbm-31")
    ('linear', 'lightgbm-31')
    """
    for ending in (BY_GROUP, EVEN, REWEIGHED):
        name = name.removesuffix(ending)
    return name


def _gap(gap: GroupGap | None) -> str:
    return (
        "no gap measured" if gap is None else f"gap {100 * gap.value:.1f} points ({gap.column} {gap.group})"
    )


def _costs(name: str, job: Job, rows: Rows, folder: Path) -> FloatArray:
    """Cost of each row (n,); without declared costs every error counts one."""
    home = folder / CANDIDATES / name
    outputs, decision = np.load(home / SCORES, allow_pickle=False), load_spec(home / ARTEFACT).decision
    rule = decision
    if isinstance(decision, Threshold):
        rule = LeastCost(alarm=job.deciding.alarm, miss=job.deciding.miss)
    assert isinstance(rule, LeastCost)
    both = error_costs(rule, rows.told, len(rows))
    return least_costs(rule, rows.y, outputs, both, moves_of(decision, rows))
