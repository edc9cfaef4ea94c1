"""`aw.train`: the search alone, on a table that somebody holds, without a charter or a workspace."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.assurance.asked import Answers, label_of
from airworthy.charter.model import Charter, Preference, SearchRules, Split, SplitMethod
from airworthy.charter.scope import Scope
from airworthy.data.bare import refuse_names, scope_of_plain
from airworthy.data.canonical import to_canonical
from airworthy.data.columns import columns_for_scoring
from airworthy.data.contract import learn_contract
from airworthy.data.declared import declared
from airworthy.data.frame import from_any
from airworthy.data.suspects import find_suspects, told, without
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME, infer_types
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.metering.family import Family, metered
from airworthy.metering.search_spend import SearchSpend, spent_of
from airworthy.model import Candidate, Menu, Problem, Trained, take
from airworthy.model import train as search
from airworthy.model.menu_limits import not_on_menu
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer, Scores
from airworthy.workspace.arguments import kinds_of, require_share
from airworthy.workspace.call_budget import Limits, budget_of_call

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """A trained model: the scorer reloaded from `artefact`, and every candidate that was tried.

    Attributes
    ----------
    artefact
        An MLflow-format folder that `airworthy check` and any MLflow client can load.
    menu
        What each finished candidate trades for another: `print(model.menu)`.
    spend
        Seconds, money, energy, carbon and peak memory of the whole call, and by candidate.
    classes
        Two or more class labels, the event last of two; empty for a number.
    """

    artefact: Path
    candidates: tuple[Candidate, ...]
    menu: Menu
    scorer: Scorer
    spend: SearchSpend
    problem: Problem = field(repr=False)
    home: Path = field(repr=False)

    @classmethod
    def of(cls, trained: Trained, spend: SearchSpend, problem: Problem, home: Path) -> Model:
        """What training made of `problem`, with its candidates kept below `home`."""
        scorer = Scorer.load(trained.artefact)
        return cls(trained.artefact, trained.candidates, trained.menu, scorer, spend, problem, home)

    def __str__(self) -> str:
        """The model, and what finding it used."""
        taken = self.chosen
        quality = "" if taken.quality is None else f", {taken.metric} {taken.quality:.4g}"
        return f"{taken.name}{quality}, learned from {taken.rows:,} rows\nSpent: {self.spend}"

    @property
    def contract(self) -> Contract:
        """The columns that were learned from."""
        return self.problem.contract

    @property
    def classes(self) -> tuple[str, ...]:
        return self.scorer.classes

    @property
    def chosen(self) -> Candidate:
        """The candidate that the model is."""
        return next(candidate for candidate in self.candidates if candidate.chosen)

    def choose(self, name: str) -> Model:
        """The model that the candidate `name` of the menu is.

        Raises `InputError` when it is not on the menu, may not be chosen, or is no longer kept.
        """
        if name not in [offer.name for offer in self.menu.offers]:
            raise not_on_menu(name, self.menu.names)
        return Model.of(take(self.problem, self.home, name), self.spend, self.problem, self.home)

    def predict(self, frame: object) -> Floats:
        """What is expected of each row of a pandas, Polars or Arrow frame.

        Two classes: the probability of the event, shape (n,). More: of each class, (n, classes). Else the
        number, (n,).
        """
        scores = self.score(frame)
        if scores.probability is not None:
            return scores.probability[:, 1] if len(self.classes) == 2 else scores.probability
        assert scores.prediction is not None  # a task without classes predicts numbers
        return scores.prediction

    def answers(self, frame: object) -> Answers:
        """What `aw.check` and `aw.foresee` ask: `predict` and `decide` at once."""
        scores = self.score(frame)
        decided = [label_of(one) for one in scores.decision]
        if scores.prediction is not None:
            return Answers(scores.prediction)
        assert scores.probability is not None  # a task with classes has them
        return Answers(scores.positive if len(self.classes) == 2 else scores.probability, decided)

    def decide(self, frame: object) -> list[str | float]:
        """The decision of each row."""
        return self.score(frame).decision

    def score(self, frame: object) -> Scores:
        """Margins, probabilities or numbers, and decisions. Raises `InputError` for an absent column."""
        plain = from_any(frame)
        names = [column.name for column in self.contract.inputs]
        if absent := [name for name in names if name not in plain.columns]:
            raise InputError(
                f"The table lacks {len(absent)} of the model's columns: {', '.join(absent[:5])}.",
                value=absent[0],
                remedy="Add them; empty cells are allowed.",
            )
        types = {column.name: column.type for column in self.contract.inputs}
        table, _ = to_canonical(plain.select(names), types, "The table")
        return self.scorer.score_columns(columns_for_scoring(table, self.contract))


def train(
    frame: object,
    target: str,
    *,
    time: str | None = None,
    order: str | None = None,
    entity: Sequence[str] | str = (),
    exclude: Sequence[str] = (),
    at_decision: Sequence[str] = (),
    seconds: float = 60.0,
    rate: str | None = None,
    max_cost: str | float | None = None,
    max_energy: str | None = None,
    max_memory: str | None = None,
    region: str | None = None,
    prefer: str = "value",
    readable: bool = False,
    learners: Sequence[str] | str = (),
    interval: float | None = None,
    seed: int = 0,
    folder: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Model:
    """Find the best model of a table within hard limits of time, money, energy and memory.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame; rows without an outcome are left out.
    target : column to predict; its values decide between two classes, more, and a number.
    time : column that dates the rows; later rows then measure models of earlier ones.
    order : the same for a column that only orders the rows; it is no input.
    entity : columns that together name whom a row is about; one entity is never fitted and measured.
    exclude : columns that are not used.
    at_decision : columns that are known when a row is decided. Others that look as if they gave the outcome
        away are left out: a candidate that reads them is on the menu, and nobody may choose it.
    seconds : limit of the whole call.
    rate : what this machine costs, "0.40 EUR/h", or one with a listed price, "aws p3.2xlarge us-east-1".
    max_cost, max_energy, max_memory : further limits of the call, such as "0.05 EUR", "20 Wh" and "2GB"; the
        first that is reached ends it. `model.spend` has what was used.
    region : grid that powers it ("DE"), so that carbon is known.
    prefer : "value" takes the least loss, "simple" the simplest model that cannot be told apart from it.
    readable : train only models whose every reason can be read.
    learners : the only kinds that are trained ("linear", "lightgbm", "extra-trees", …); by default all.
    interval : share of outcomes that `score(frame).interval` is to hold, such as 0.9; of classes the set
        `score(frame).possible`. It is measured on rows that no model had learned from.
    folder : where candidates are kept, so that a second call goes on from the first; else a new one.
    threads : all cores by default. They change the time, never the model.

    Raises
    ------
    InputError : the rows cannot be learned from, or a column is not there.
    BudgetStopped : nothing was finished within the limits; the remedy names a limit that would do.
    Interrupted : on Ctrl-C; what was finished is kept, and the message says where.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"x": [0.0, 1.0] * 150, "y": ["no", "yes"] * 150})
    >>> train(rows, "y", seconds=30, threads=1).predict(rows[:2]).round()     # doctest: +SKIP
    array([0., 1.])
    """
    budget = budget_of_call(seconds, Limits(rate, max_cost, max_energy, max_memory, region))
    require_share("interval", interval)
    rules = SearchRules(prefer=_preference(prefer), readable=readable, learners=kinds_of(learners))
    with metered(budget, Family()):
        problem = _problem(frame, target, time, order, entity, exclude, at_decision, rules, interval, seed)
        problem = _with_memory(problem, budget.memory_bytes)
        home = Path(tempfile.mkdtemp(prefix="airworthy-model-") if folder is None else folder)
        trained = _searched(problem, home, budget, progress or QuietProgress(), threads)
        return Model.of(trained, spent_of(budget), problem, home)


def _with_memory(problem: Problem, limit: int | None) -> Problem:
    rules = replace(problem.charter.budget, memory_bytes=limit)
    return replace(problem, charter=replace(problem.charter, budget=rules))


def _searched(
    problem: Problem, home: Path, budget: Budget, progress: Progress, threads: int | None
) -> Trained:
    if problem.suspects:
        progress.note(told(problem.suspects))
    home.mkdir(parents=True, exist_ok=True)
    return search(problem, home, budget, progress, threads=threads)


def _problem(
    frame: object,
    target: str,
    time: str | None,
    order: str | None,
    entity: Sequence[str] | str,
    exclude: Sequence[str],
    at_decision: Sequence[str],
    rules: SearchRules,
    interval: float | None,
    seed: int,
) -> Problem:
    plain = from_any(frame)
    told = declared(entity=entity)
    refuse_names(plain.columns, target, time or order, told)
    scope, table = scope_of_plain(plain, target, time, told)
    if time is None:  # a column that merely holds dates must not order rows instead of `order`
        table = table.drop(RESERVED_TIME, strict=False)
    charter = ordered(scope.charter, time, order, exclude)
    _require_columns("at_decision", at_decision, plain.columns)
    _require_columns("exclude", exclude, plain.columns)
    data = replace(charter.data, at_decision=tuple(at_decision))
    decision = replace(charter.decision, interval=interval)
    charter = replace(charter, seed=seed, search=rules, data=data, decision=decision)
    known = table.filter(pl.col(RESERVED_TARGET).is_not_null())
    contract = learn_contract(known, charter, infer_types(plain))
    found = find_suspects(Scope(charter, contract), known)
    return Problem(without(contract, found), known, charter.task, charter, seed, suspects=found)


def problem_of(
    frame: object,
    target: str,
    *,
    entity: Sequence[str] | str,
    exclude: Sequence[str],
    rules: SearchRules,
    seed: int,
) -> Problem:
    """The problem of a table whose rows have no order, for other functions than `train`."""
    return _problem(frame, target, None, None, entity, exclude, (), rules, None, seed)


def _preference(prefer: str) -> Preference:
    known = [str(one) for one in Preference]
    if prefer not in known:
        raise InputError(
            f'prefer = "{prefer}" is not known.', value=prefer, remedy=f"Write one of: {', '.join(known)}."
        )
    return Preference(prefer)


def _require_columns(argument: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                f'{argument} names "{name}", and the table has no such column.',
                value=name,
                remedy=f"Its columns are: {', '.join(list(known)[:10])}.",
            )


def ordered(charter: Charter, time: str | None, order: str | None, exclude: Sequence[str]) -> Charter:
    """The charter with its split: in time where the caller gave an order, else by entity or at random."""
    hidden = (*charter.data.exclude, *exclude, *([order] if order else []))
    data = replace(charter.data, exclude=hidden, order_by=(order,) if order else ())
    if time is None:  # a column that merely holds dates orders nothing unless the caller says so
        data = replace(data, decision_time=None)
    unordered = SplitMethod.ENTITY if charter.data.entity else SplitMethod.STRATIFIED
    method = SplitMethod.TIME if time or order else unordered
    return replace(charter, data=data, split=Split(method=method))
