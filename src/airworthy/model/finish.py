"""The end of training: blend what was finished, compare it, and publish what the rule or a person takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.charter.deciding import monthly
from airworthy.charter.feature_rules import feature_set
from airworthy.charter.model import Charter, Task
from airworthy.data.split import Fold, held_places
from airworthy.data.suspects import told
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.measures.probability import row_log_loss
from airworthy.model.artefact import ARTEFACT, publish
from airworthy.model.blend import BLEND, keep_blend
from airworthy.model.by_group import BY_GROUP, drop_by_group, is_twin, keep_by_group, priced
from airworthy.model.choose import Rival
from airworthy.model.decide import class_costs, moves_of, number_costs
from airworthy.model.document import decision_document
from airworthy.model.figures import PER, blocks_of
from airworthy.model.gaps import gap_of, nothing_compared
from airworthy.model.job import (
    CANDIDATES,
    PLACE,
    RECORD,
    SCORES,
    Job,
    Prepared,
    Record,
    is_written,
    of_one_fold,
    prepare_job,
)
from airworthy.model.menu import A_MONTH, Menu
from airworthy.model.menu_figures import Bench
from airworthy.model.menu_make import make_menu
from airworthy.model.naive import guess_losses, naive_costs
from airworthy.model.permitted import learners_of
from airworthy.model.private.columns import public_contract, public_row
from airworthy.model.problem import TARGET, Problem
from airworthy.model.rehearse import Ranking, rehearsed
from airworthy.model.rows import Rows, nothing_varies, rows_of
from airworthy.model.trained import Candidate, HeldOut, Trained
from airworthy.scoring import Scorer, row_at
from airworthy.scoring.artefact import MANIFEST, load_spec
from airworthy.scoring.spec import Shift

SAME_ROWS = 200
"""Measured rows that the published artefact must score as the candidate did, bit for bit."""
TAKEN = "taken"
"""Below it the artefacts that a person took; the rule's own stays where training put it."""


@dataclass(frozen=True)
class _Measured:
    """What was finished, and the rows that measure it. `first` answers were measured on fewer."""

    prepared: Prepared
    job: Job
    records: tuple[Record, ...]
    first: tuple[Record, ...]
    folds: tuple[Fold, ...]
    held: Rows
    places: npt.NDArray[np.intp]


def finish(
    problem: Problem,
    prepared: Prepared,
    folder: Path,
    records: Sequence[Record],
    unfinished: Mapping[str, tuple[float, str]],
) -> Trained:
    """Blend the finished candidates, and publish the one that the charter's rule takes.

    Raises `InputError` where no candidate keeps the declared limits.
    """
    found = _measured(prepared, drop_by_group(records, folder))
    # A sum of several models is nothing that one reads, and what is refused must not come back in a sum.
    if not problem.charter.search.readable:
        blend = keep_blend(blendable(found.records, problem.charter), found.job, found.held, folder)
        others = tuple(record for record in found.records if record.name != BLEND.name)
        found = replace(found, records=(*others, *([blend] if blend else [])))
    if problem.charter.fairness.mitigate:
        rivals = [rival_of(record, problem, found.job, folder, found.held) for record in found.records]
        moved = keep_by_group(problem, rivals, found.job, found.held, folder)
        found = replace(found, records=(*found.records, *([moved] if moved else [])))
    return _publish(problem, found, folder, folder, unfinished)


def blendable(records: Sequence[Record], charter: Charter) -> list[Record]:
    """Candidates that a blend may be made of: a member too large for the limit would take the sum beyond it.

    Sizes are the same everywhere; measured latencies are not, and must not decide what a blend is.
    """
    most = charter.search.max_size
    return [
        record
        for record in records
        if not record.refused and not is_twin(record) and (most is None or record.size_bytes <= most)
    ]


def take(problem: Problem, folder: Path, name: str) -> Trained:
    """Make a model of the candidate `name` that training kept below `folder`, whatever the rule would take.

    Raises
    ------
    InputError
        There is no such candidate, it was refused, it is beyond a declared limit, or nothing is kept.
    """
    prepared = prepare_job(problem)
    if not is_written(prepared.job, folder):
        raise not_kept(name)
    kinds = (*learners_of(problem.charter), BLEND.learner)
    found = _measured(prepared, [record for record in finished(folder) if record.learner in kinds])
    if name not in [record.name for record in found.records]:
        raise not_kept(name)
    return _publish(problem, found, folder, folder / TAKEN / name, {}, name)


def _is_trial(record: Record) -> bool:
    """Whether it was trained; blends and thresholds by group are made of what was."""
    return record.name != BLEND.name and not record.name.endswith(BY_GROUP)


def not_kept(name: str) -> InputError:
    """The error where a candidate's files are gone, or belong to other rows, rules or sources."""
    return InputError(
        f"The candidate {name} is no longer kept.",
        value=name,
        remedy="Run `airworthy run`: it trains the candidates again, and the new version has them all.",
    )


def finished(folder: Path, only: tuple[str, ...] | None = None) -> list[Record]:
    """Finished candidates below `folder`; of a replay only those that it names."""
    found = [
        msgspec.json.decode(path.read_bytes(), type=Record)
        for path in sorted((folder / CANDIDATES).glob(f"[!.]*/{RECORD}"))
    ]
    return [record for record in found if only is None or record.name in only]


def candidate_digest(folder: Path, name: str) -> str:
    """Digest of a kept candidate's files, of the manifest that has each one's; empty where there is none."""
    path = folder / CANDIDATES / name / ARTEFACT / MANIFEST
    return digest_file(path) if path.is_file() else ""


def _measured(prepared: Prepared, records: Sequence[Record]) -> _Measured:
    """Candidates measured in all folds; where there is none, the first answers on the rows of the last."""
    first = tuple(record for record in records if record.one_fold)
    whole = tuple(record for record in records if not record.one_fold)
    folds = prepared.folds if whole else prepared.folds[-1:]
    job = prepared.job if whole else of_one_fold(prepared.job, prepared.folds)
    places = held_places(folds)
    held = rows_of(prepared.rows[places], job)
    return _Measured(prepared, job, whole or first, first if whole else (), tuple(folds), held, places)


def _publish(
    problem: Problem,
    found: _Measured,
    folder: Path,
    target: Path,
    unfinished: Mapping[str, tuple[float, str]],
    name: str = "",
) -> Trained:
    job, held = found.job, found.held
    rivals = [rival_of(record, problem, job, folder, held) for record in found.records]
    rivals = priced(rivals, problem, job, held, folder)
    ranking = _ranking(rivals, found, problem.ordered)
    menu = _menu(problem, found, rivals, ranking, folder, name)
    chosen = next(rival.record for rival in rivals if rival.name == menu.chosen)
    home = folder / CANDIDATES / chosen.name
    target.mkdir(parents=True, exist_ok=True)
    example = row_at(job.contract, held.columns, 0)
    if job.private is not None:  # a file that goes out holds nobody's row
        example = public_row(public_contract(job.contract, job.private))
    artefact, spec = publish(home, target, example, problem.charter.digest, feature_set(problem.charter))
    _require_same_scores(artefact, home / ARTEFACT, held)
    outputs = np.load(home / SCORES, allow_pickle=False)
    return Trained(
        artefact=artefact,
        spec=spec,
        candidates=_candidates(rivals, chosen.name, found.first, unfinished),
        decision=decision_document(problem, job, spec, held, outputs),
        menu=menu,
        schedule=tuple(record.name for record in found.records if _is_trial(record)),
        held_out=HeldOut(found.prepared.rows[PLACE].to_numpy()[found.places], outputs),
        learned_rows=chosen.rows,
        note=" ".join(filter(None, (_note(found), ranking.note, told(problem.suspects)))),
    )


def _menu(
    problem: Problem, found: _Measured, rivals: Sequence[Rival], ranking: Ranking, folder: Path, name: str
) -> Menu:
    """The menu on the rows that rank candidates."""
    places, held, declared = ranking.places, found.held, problem.charter.costs
    volume = problem.charter.decision.volume
    naive = naive_costs(problem, found.job, held)
    groups = None if held.groups is None else held.groups[places]
    bench = Bench(
        y=held.y[places],
        naive=None if naive is None else naive[places],
        blocks=blocks_of(groups, len(places), ordered=problem.ordered),
        unit=f"{declared.currency} {'per 1,000' if volume is None else A_MONTH}" if declared.currency else "",
        metric=found.records[0].measure,
        seed=problem.seed,
        per=PER if volume is None else monthly(volume),
    )
    digests = {rival.name: candidate_digest(folder, rival.name) for rival in rivals}
    menu = make_menu([rival.at(places) for rival in rivals], problem.charter, bench, digests, name)
    compared = nothing_compared(problem.charter, found.job.contract, held)
    return replace(menu, because=" ".join(filter(None, (menu.because, _flat(found.job, held), compared))))


def _ranking(rivals: Sequence[Rival], found: _Measured, ordered: bool) -> Ranking:
    if not ordered:
        return Ranking(np.arange(len(found.places)))
    blocks = [np.searchsorted(found.places, fold.hold) for fold in found.folds]
    guess = np.empty(len(found.places))
    outcome = found.prepared.rows[TARGET]
    for fold, block in zip(found.folds, blocks, strict=True):
        guess[block] = guess_losses(outcome[fold.fit], found.held.y[block], found.job)
    return rehearsed([rival.losses for rival in rivals if not rival.record.refused], blocks, guess)


def _note(found: _Measured) -> str:
    if len(found.folds) == len(found.prepared.folds):
        return f"Measured on {found.prepared.note}."
    return f"Measured on {len(found.places):,} rows of the last fold: the time allowed one small fit."


def _flat(job: Job, held: Rows) -> str:
    """What to know of a model that no input can move."""
    if job.relative or not nothing_varies(held.columns):
        return ""
    return (
        f"No input differs between these {len(held):,} rows, so any model answers the same for each. "
        "Add columns that tell the rows apart."
    )


def rival_of(record: Record, problem: Problem, job: Job, folder: Path, rows: Rows) -> Rival:
    """The finished candidate on the measured `rows`."""
    home = folder / CANDIDATES / record.name
    outputs = np.load(home / SCORES, allow_pickle=False)
    decision = load_spec(home / ARTEFACT).decision
    gap = gap_of(problem.charter, job.contract, rows, decision, outputs)
    if isinstance(decision, Shift):
        costs = number_costs(job.costs, rows.y, outputs[:, 1]) if job.costs.declared else None
        return Rival(record, (outputs[:, 0] - rows.y) ** 2, costs, gap=gap)
    costs = None
    if job.costs.declared:
        moved = moves_of(decision, rows)
        costs = class_costs(decision, job.costs, rows.y, outputs, rows.told, moved)
    event = outputs[:, 1] if problem.task is Task.BINARY else None
    return Rival(record, row_log_loss(rows.y, outputs), costs, event, gap)


def _candidates(
    rivals: Sequence[Rival],
    chosen: str,
    first: Sequence[Record],
    unfinished: Mapping[str, tuple[float, str]],
) -> tuple[Candidate, ...]:
    names = [rival.name for rival in rivals]
    answers = [_first_answer(record) for record in first if record.name not in names]
    rest = [
        Candidate(name, name.split("-")[0], False, None, "", None, round(seconds, 3), None, 0, note)
        for name, (seconds, note) in unfinished.items()
        if name not in names
    ]
    return (*(_candidate(rival, rival.name == chosen) for rival in rivals), *answers, *rest)


def _first_answer(record: Record) -> Candidate:
    note = f"{record.note}; measured on the rows of one fold".removeprefix("; ")
    return replace(_alone(record), note=note)


def _candidate(rival: Rival, chosen: bool) -> Candidate:
    cost = None if rival.costs is None else float(rival.costs.mean()) * 1000
    return replace(_alone(rival.record), chosen=chosen, cost_per_1000=cost)


def _alone(record: Record) -> Candidate:
    return Candidate(
        name=record.name,
        learner=record.learner,
        chosen=False,
        quality=record.loss,
        metric=record.measure,
        cost_per_1000=None,
        seconds=record.seconds,
        latency_us=record.latency_us,
        rows=record.rows,
        note=record.note,
    )


def _require_same_scores(artefact: Path, candidate: Path, rows: Rows) -> None:
    first = {name: values[:SAME_ROWS] for name, values in rows.columns.items()}
    published, kept = Scorer.load(artefact).score_columns(first), Scorer.load(candidate).score_columns(first)
    if published.raw.tobytes() != kept.raw.tobytes() or published.decision != kept.decision:
        raise IntegrityError(
            "The published artefact does not score as the candidate that was measured.",
            value=str(artefact),
            remedy="Run the training again; if it comes back, report it.",
        )
