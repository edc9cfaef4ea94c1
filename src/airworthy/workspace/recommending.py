"""`aw.recommend`: items for users, from a table of who took what, without a charter or a workspace."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from airworthy.data.interactions import Interactions, read_interactions
from airworthy.kernel.budget import OF_CALL, Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.model.recommending.compare import Compared
from airworthy.model.recommending.search import Asked, Found, search
from airworthy.model.recommending.segments import Segment, segments
from airworthy.scoring.recommending.recommender import Recommended, Recommender
from airworthy.scoring.recommending.store import refuse_folder


@dataclass(frozen=True, eq=False)
class Recommendations:
    """A recommender reloaded from `artefact`, and everything that was tried on the way.

    Attributes
    ----------
    artefact
        A folder that `Recommender.load` reads. It names the users and what they took.
    candidates
        Measured on the last part of the rows, which nothing before had seen; the best first.
    segments
        NDCG of the chosen candidate by history and by the `protected` columns.
    repeats
        Whether lists may hold what a user had already.
    notes
        What was left out, what was decided from the data, and on whom the figures stand.
    """

    artefact: Path
    candidates: tuple[Compared, ...]
    segments: tuple[Segment, ...]
    repeats: bool
    notes: tuple[str, ...]
    recommender: Recommender

    @property
    def chosen(self) -> Compared:
        """The candidate that recommends."""
        return next(candidate for candidate in self.candidates if candidate.chosen)

    @property
    def menu(self) -> tuple[str, ...]:
        """A sentence for each candidate that no other one beats in both quality and coverage."""
        told = [one for one in self.candidates if one.ndcg is not None]
        return tuple(_trade(one) for one in told if not any(_beats(other, one) for other in told))

    def for_user(self, user: object, k: int | None = None, exclude: Sequence[object] = ()) -> Recommended:
        """The k items for one user, none of `exclude`; the most popular ones, with a note, for a new user."""
        return self.recommender.for_user(user, k, exclude)

    def for_history(
        self, items: Sequence[object], k: int | None = None, exclude: Sequence[object] = ()
    ) -> Recommended:
        """The k items that go with a basket, none of `exclude`."""
        return self.recommender.for_history(items, k, exclude)

    @cached_property
    def table(self) -> pl.DataFrame:
        """The lists of all users: user, rank from 1, item, score; places filled by popularity have none."""
        model = self.recommender
        lists = list(model.every_list(range(len(model.users)), model.spec.k))
        return pl.DataFrame(
            {
                "user": [model.users[user] for user, found, _ in lists for _ in found],
                "rank": [rank for _, found, _ in lists for rank in range(1, len(found) + 1)],
                "item": [model.items[code] for _, found, _ in lists for code in found.tolist()],
                "score": [score for _, _, scores in lists for score in scores.tolist()],
            },
            schema={"user": pl.String, "rank": pl.Int64, "item": pl.String, "score": pl.Float64},
        ).with_columns(pl.col("score").fill_nan(None))

    def __str__(self) -> str:
        """The candidates as a table for people, and the notes."""
        k = self.recommender.spec.k
        head = f"{'candidate':<18}{'NDCG@' + str(k) + ' (95 % interval)':<26}{'above popular':<27}"
        lines = [head + f"{'recall':>7}{'coverage':>10}{'top 1 %':>9}"]
        lines += [_line(one) for one in self.candidates if one.ndcg is not None]
        lines += [one.note for one in self.candidates if one.ndcg is None]
        return "\n".join([*lines, *self.notes])


def recommend(
    frame: object,
    user: str,
    item: str,
    *,
    time: str | None = None,
    weight: str | None = None,
    k: int = 10,
    seconds: float = 60.0,
    repeats: bool | None = None,
    protected: Sequence[str] | str = (),
    seed: int = 0,
    folder: str | Path | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> Recommendations:
    """Learn from who took what which items to recommend to whom, and measure it on later rows.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame of one row an interaction (a purchase, a play, a click).
    user, item : columns of names; rows without either are left out.
    time : column of dates, or of numbers that order. Without it rows are held out at random.
    weight : column that says how much a row counts; rows of 0 or less (returns) are left out.
    k : items of a list.
    seconds : limit of the whole call.
    repeats : whether a user may be recommended what they had; told from the data by default.
    protected : columns about users whose groups are measured apart; the latest value of a user counts.
    folder : where the recommender is saved, else a new one.
    threads : of the ranker. They change the time, never the lists.

    Raises
    ------
    InputError : a column is not there, times or weights cannot be read, no row is left, or `folder` holds
        files of something else.
    BudgetStopped : even the simplest candidates need more than `seconds`.

    Examples
    --------
    >>> rows = {"who": ["a", "a", "b", "b", "c"], "what": ["x", "y", "x", "y", "x"]}
    >>> found = recommend(rows, "who", "what", k=1)
    >>> found.for_user("c").names, found.for_user("new").names, found.for_user("new").known
    (('y',), ('x',), False)
    """
    budget = Budget(seconds, names=OF_CALL)
    _refuse(k, seconds, time, repeats)
    about = (protected,) if isinstance(protected, str) else tuple(protected)
    rows = read_interactions(frame, user, item, time, weight, seed, about)
    asked = Asked(user, item, k, repeats, seed, threads)
    home = _home(folder)
    found = search(rows, asked, home, budget, progress or QuietProgress())
    return Recommendations(
        found.artefact,
        found.candidates,
        _segments(found, rows, seed),
        found.repeats,
        found.notes,
        Recommender.load(found.artefact),
    )


def _home(folder: str | Path | None) -> Path:
    """Where the recommender goes. Raises `InputError` for a folder that holds something else."""
    home = Path(tempfile.mkdtemp(prefix="airworthy-recommender-") if folder is None else folder)
    home.mkdir(parents=True, exist_ok=True)
    refuse_folder(home)
    return home


def _refuse(k: int, seconds: float, time: str | None, repeats: bool | None) -> None:
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise InputError(f"k is {k!r}.", value=k, remedy="Give the items of a list, a whole number from 1.")
    if not seconds > 0:
        raise InputError(f"seconds is {seconds!r}.", value=seconds, remedy="Give a limit above 0, as 60.")
    if repeats and time is None:
        raise InputError(
            "repeats=True needs times: without them nobody can be seen to come back for an item.",
            value=repeats,
            remedy="Name the column of dates with time=, or leave repeats out.",
        )


def _segments(found: Found, rows: Interactions, seed: int) -> tuple[Segment, ...]:
    if found.later is None or found.measured is None or found.known is None:
        return ()
    lengths = found.known.pairs.start[1:] - found.known.pairs.start[:-1]
    return segments(found.measured.ndcg, found.later.users, lengths, rows.about, seed)


def _beats(other: Compared, one: Compared) -> bool:
    """Whether `other` is as good in both and better in one."""
    assert other.ndcg is not None  # only measured candidates are compared
    assert one.ndcg is not None
    theirs, mine = ((c.ndcg.value, c.coverage or 0.0) for c in (other, one) if c.ndcg)
    return theirs != mine and all(a >= b for a, b in zip(theirs, mine, strict=True))


def _trade(one: Compared) -> str:
    mark = "Chosen: " if one.chosen else ""
    return (
        f"{mark}{one.name} ({one.note}): NDCG {one.ndcg}, lists hold {one.coverage:.1%} of all items, "
        f"and {one.popular.value if one.popular else 0.0:.0%} of their places go to the 1 % most popular."
    )


def _line(one: Compared) -> str:
    name = f"{'* ' if one.chosen else '  '}{one.name}"
    gain = "" if one.gain is None else str(one.gain)
    recall, popular = (0.0 if f is None else f.value for f in (one.recall, one.popular))
    return f"{name:<18}{one.ndcg!s:<26}{gain:<27}{recall:>7.3f}{one.coverage:>10.1%}{popular:>9.0%}"
