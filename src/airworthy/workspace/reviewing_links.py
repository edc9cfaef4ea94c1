"""Uncertain links of a charter, put to people: shown, answered, kept beside the charter, and used again."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from airworthy.adapters.open_registry import create_registry
from airworthy.charter.model import Charter
from airworthy.charter.parse import load_charter
from airworthy.charter.problems import did_you_mean
from airworthy.data import read_file
from airworthy.data.assembly import linked_sources
from airworthy.data.linkage.answers import KEY, SAME, keys_of, require_columns, said_in
from airworthy.data.linkage.joining import LinkedRows, answers_path
from airworthy.data.linkage.kept_answers import Answer, read_kept, written
from airworthy.data.linkage.questions import Quality, Questions, in_order
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Clock, Progress
from airworthy.workspace.place import charter_path, home_of
from airworthy.workspace.sources import fetch_missing

SOURCE, DOUBT = "source", "doubt"
LOCK = "links.lock"
A_KEY = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Question:
    """One uncertain pair: what both rows say, column by column, and what an answer would change.

    Attributes
    ----------
    rows : of the first table and of the source, from 1.
    values : name here, name there, value here, value there.
    doubt : why it is asked again; empty where nobody answered yet.
    """

    source: str
    key: str
    rows: tuple[int, int]
    values: tuple[tuple[str, str, str, str], ...]
    probability: float
    reason: str
    doubt: str
    now: Quality
    if_same: Quality
    if_other: Quality

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "key": self.key,
            "rows": list(self.rows),
            "values": [list(value) for value in self.values],
            "probability": self.probability,
            "reason": self.reason,
            "doubt": self.doubt,
            "if_same": self.if_same.as_json(),
            "if_other": self.if_other.as_json(),
        }


@dataclass(frozen=True)
class Review:
    """All that is to be decided in the linked joins of a charter, the most telling question first."""

    charter: Charter
    questions: tuple[Question, ...]
    quality: Mapping[str, Quality]
    answered: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "links": [
                {"source": name, "answered": self.answered[name], "expected": quality.as_json()}
                for name, quality in self.quality.items()
            ],
            "questions": [question.as_json() for question in self.questions],
        }


def open_review(place: Path, progress: Progress, source: str | None = None) -> Review:
    """Link the charter's tables and collect what a person should decide.

    Raises `InputError` when the charter links nothing, or not `source`, and as reading does.
    """
    charter = load_charter(charter_path(place))
    names = [join.source for join in charter.joins if join.link is not None]
    _require(names, source)
    fetch_missing(charter, progress)
    found = linked_sources(charter, progress)
    questions, quality, answered = [], {}, {}
    for name in names:
        if source in (None, name):
            asked, quality[name] = _questions(name, found[name])
            questions += asked
            answered[name] = found[name].report.answered
    return Review(charter, tuple(questions), quality, answered)


def _require(names: Sequence[str], source: str | None) -> None:
    if not names:
        raise InputError(
            "No join of this charter is a link, so there is nothing to review.",
            value="joins.link",
            remedy="Write [joins.link] below a [[joins]] instead of on = …, or use airworthy link A B.",
        )
    if source is not None and source not in names:
        raise InputError(
            f'The charter links no source "{source}".',
            value=source,
            remedy=did_you_mean(source, names, f"It links: {', '.join(names)}."),
        )


def _questions(name: str, rows: LinkedRows) -> tuple[list[Question], Quality]:
    found = rows.found
    asked = Questions(found.weights.probability, rows.joined)
    places = in_order(found, asked)
    doubts = {place: one.why for one in found.disagreements for place in one.places}
    by_key: dict[str, int] = {}  # rows that say the same are asked about once
    for key, place in zip(keys_of(found.compared, found.pairs, places), places.tolist(), strict=True):
        by_key.setdefault(key, place)
    made = []
    for key, place in by_key.items():
        said = rows.standing.disputed.get(key, ())
        doubt = ", ".join(f"{one.by} said {_word(one.same)}" for one in said) or doubts.get(place, "")
        made.append(
            Question(
                name,
                key,
                (int(found.pairs.left[place]) + 1, int(found.pairs.right[place]) + 1),
                _values(rows, place),
                round(float(found.weights.probability[place]), 3),
                found.reason(place),
                doubt,
                asked.now,
                asked.after(place, same=True),
                asked.after(place, same=False),
            )
        )
    made.sort(key=lambda one: not one.doubt)  # what people disagree on comes first
    return made, asked.now


def _values(rows: LinkedRows, place: int) -> tuple[tuple[str, str, str, str], ...]:
    pairs, (ours, theirs) = rows.found.pairs, rows.sides
    here, there = int(pairs.left[place]), int(pairs.right[place])
    return tuple(
        (
            one.left_name,
            one.right_name,
            _shown(ours[one.left_name][here]),
            _shown(theirs[one.right_name][there]),
        )
        for one in rows.found.compared
    )


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _word(same: bool) -> str:
    return "yes" if same else "no"


@dataclass(frozen=True)
class Said:
    """What somebody said of one pair; `in_sight` of what others had said of it, which it then ends."""

    source: str
    key: str
    same: bool
    in_sight: bool = False


def keep_answers(charter: Charter, said: Sequence[Said], by: str, clock: Clock | None = None) -> int:
    """Keep what `by` said: in the file beside the charter, and who and when in the ledger; how many are new.

    What the same person said before of a pair is not written twice. Two reviews at once wait for each other.
    """
    clock = clock or SystemClock()
    home = home_of(charter.path)
    registry = create_registry(home, clock, actor=by)
    now = rfc3339(clock.now())[:19] + "Z"
    fresh: list[Answer] = []
    with (home / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in dict.fromkeys(_path(charter, one.source) for one in said):
            kept = list(read_kept(path))
            new = [
                Answer(one.source, one.key, one.same, by, now, settles=one.in_sight)
                for one in said
                if _path(charter, one.source) == path and _is_new(one, kept, by)
            ]
            if new:
                write_atomic(path, written([*kept, *new]))
            fresh += new
    for source in dict.fromkeys(one.source for one in fresh):
        words = [f"{one.key} {_word(one.same)}" for one in fresh if one.source == source]
        registry.note(f"Links answered: {', '.join(words)}", about=f"links of {source}", actor=by)
    return len(fresh)


def _path(charter: Charter, source: str) -> Path:
    link = next(join.link for join in charter.joins if join.source == source)
    assert link is not None
    return answers_path(charter, link)


def _is_new(said: Said, kept: Sequence[Answer], by: str) -> bool:
    own = [one for one in kept if (one.source, one.key, one.by) == (said.source, said.key, by)]
    return said.in_sight or not own or own[-1].same is not said.same


def keep_file(place: Path, file: Path, by: str) -> int:
    """Keep what `by` filled in in the file that a review wrote; how many answers are new."""
    charter = load_charter(charter_path(place))
    return keep_answers(charter, answers_in_file(charter, file), by)


def answers_in_file(charter: Charter, file: Path) -> tuple[Said, ...]:
    """What somebody filled in in the file that a review wrote.

    Raises `InputError` for a file of another shape, a word that is neither yes nor no, or an unknown source.
    """
    table = read_file(file)
    require_columns(table, (SOURCE, KEY, SAME, DOUBT), file.name)
    names = [join.source for join in charter.joins if join.link is not None]
    found = []
    rows = table.select(SOURCE, KEY, SAME, DOUBT).iter_rows()
    for row, (source, key, same, doubt) in enumerate(rows, start=2):
        where = f"{file.name}, row {row}"
        word = said_in(same, where)
        if word is None:
            continue
        _require(names, str(source))
        if A_KEY.fullmatch(str(key)) is None:
            raise InputError(
                f"{where}: {key!r} is no key of a pair.",
                value=key,
                remedy="Leave the column key as the review wrote it: a spreadsheet may have changed it.",
            )
        found.append(Said(str(source), str(key), word, in_sight=bool(doubt)))
    return tuple(found)


def write_questions(review: Review, file: Path) -> None:
    """All questions as CSV, with an empty column `same` for yes or no."""
    frames = []
    for name in review.quality:
        asked = [one for one in review.questions if one.source == name]
        frames.append(
            pl.DataFrame(
                {
                    SAME: pl.Series([""] * len(asked), dtype=pl.String),
                    SOURCE: pl.Series([name] * len(asked), dtype=pl.String),
                    "probability": pl.Series([one.probability for one in asked], dtype=pl.Float64),
                    **_columns(asked),
                    DOUBT: pl.Series([one.doubt for one in asked], dtype=pl.String),
                    "reason": pl.Series([one.reason for one in asked], dtype=pl.String),
                    KEY: pl.Series([one.key for one in asked], dtype=pl.String),
                }
            )
        )
    table = pl.concat(frames, how="diagonal")
    last = (DOUBT, "reason", KEY)
    ordered = table.select(*(name for name in table.columns if name not in last), *last)
    write_atomic(file, ordered.write_csv().encode("utf-8"))


def _columns(asked: Sequence[Question]) -> dict[str, pl.Series]:
    held: dict[str, list[str]] = {}
    for one in asked:
        for here, there, mine, theirs in one.values:
            held.setdefault(f"here {here}", []).append(mine)
            held.setdefault(f"there {there}", []).append(theirs)
    return {name: pl.Series(values, dtype=pl.String) for name, values in held.items()}
