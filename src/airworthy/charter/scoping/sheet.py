"""Answers of several people: a file under their own version control, written whole after every answer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from airworthy.charter.scoping.question import Kind, Question
from airworthy.charter.scoping.questions import BY_KEY, QUESTIONS
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import parse_duration

NAME, FORMAT, UNKNOWN = "scope.toml", 1, "unknown"
_RANGE = re.compile(r"\s+(?:to|-|–)\s+|\.\.")


@dataclass(frozen=True)
class Answer:
    """What one person said to one question, and when (UTC)."""

    key: str
    text: str
    by: str
    at: datetime

    @property
    def unknown(self) -> bool:
        return self.text.strip().lower() == UNKNOWN


@dataclass(frozen=True)
class Changed:
    """One question whose answer differs between two sheets; None where there was none."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Sheet:
    """Each person's latest answer to each question."""

    answers: tuple[Answer, ...] = ()

    def of(self, key: str) -> Answer | None:
        """The answer that counts: the latest one."""
        return max((a for a in self.answers if a.key == key), key=lambda a: a.at, default=None)

    def text(self, key: str) -> str:
        """What was said, "" where nothing was, or nobody knows."""
        answer = self.of(key)
        return "" if answer is None or answer.unknown else answer.text

    def range(self, key: str) -> tuple[float, float] | None:
        """The bounds of a number, a share or a length of time in seconds; None without an answer."""
        text = self.text(key)
        return read_range(text, BY_KEY[key]) if text else None

    def items(self, key: str) -> tuple[str, ...]:
        """The words of a list."""
        return tuple(word.strip() for word in self.text(key).split(",") if word.strip())

    def open(self) -> tuple[Question, ...]:
        """What nobody has answered yet; `unknown` is an answer."""
        return tuple(question for question in QUESTIONS if self.of(question.key) is None)

    def several(self) -> Iterator[tuple[Question, tuple[Answer, ...]]]:
        """Questions to which people gave different answers."""
        for question in QUESTIONS:
            said = tuple(answer for answer in self.answers if answer.key == question.key)
            if len({_plain(answer.text) for answer in said}) > 1:
                yield question, said

    def with_answer(self, answer: Answer) -> Sheet:
        """The answer checked and taken; it replaces what the same person said before.

        Raises `InputError` for a question that is not asked, or an answer of another kind.
        """
        if answer.key not in BY_KEY:
            raise InputError(
                f"There is no question {answer.key}.",
                value=answer.key,
                remedy="airworthy scope show prints all of them.",
            )
        checked = replace(answer, text=read_answer(answer.text, BY_KEY[answer.key]))
        others = (a for a in self.answers if (a.key, a.by) != (answer.key, answer.by))
        return Sheet((*others, checked))

    @property
    def digest(self) -> str:
        """Digest of what counts: who said it and when does not matter."""
        return digest_json({question.key: self.text(question.key) for question in QUESTIONS})

    def changed(self, later: Sheet) -> tuple[Changed, ...]:
        """What `later` says otherwise."""
        found = []
        for question in QUESTIONS:
            before, after = (
                one.text if one else None for one in (self.of(question.key), later.of(question.key))
            )
            if before != after:
                found.append(Changed(question.key, before, after))
        return tuple(found)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def read_answer(text: str, question: Question) -> str:
    """The answer as it is kept. Raises `InputError` when it is not of the question's kind.

    >>> read_answer(" Yes ", BY_KEY["kpi.moves"])
    'yes'
    """
    told = " ".join(text.split())
    if not told:
        raise _no_answer(question, text)
    if told.lower() == UNKNOWN:
        return UNKNOWN
    if question.kind is Kind.CHOICE:
        known = {choice.casefold(): choice for choice in question.choices}
        if told.casefold() not in known:
            raise _no_answer(question, text)
        return known[told.casefold()]
    if question.kind is Kind.YES_NO:
        if told.lower() not in ("yes", "no"):
            raise _no_answer(question, text)
        return told.lower()
    if question.kind in (Kind.NUMBER, Kind.SHARE, Kind.TIME):
        read_range(told, question)
    if question.kind is Kind.DAY:
        _day(told, question)
    return told


def read_range(text: str, question: Question) -> tuple[float, float]:
    """Low and high; one number is both. Shares are of one, times in seconds.

    >>> read_range("20 % to 40 %", BY_KEY["outcome.share"])
    (0.2, 0.4)
    """
    ends = [_figure(part, question) for part in _RANGE.split(text.strip())]
    if len(ends) > 2 or ends != sorted(ends):
        raise _no_answer(question, text)
    return ends[0], ends[-1]


def _figure(text: str, question: Question) -> float:
    try:
        if question.kind is Kind.TIME:
            return parse_duration(text)
        plain = text.strip().replace(",", "")
        if question.kind is Kind.SHARE:
            share = float(plain.removesuffix("%")) / 100 if plain.endswith("%") else float(plain)
            if 0 <= share <= 1:
                return share
            raise ValueError("no share")
        number = float(plain)
        if number == number and abs(number) != float("inf"):
            return number
    except ValueError:
        pass
    raise _no_answer(question, text)


def _day(text: str, question: Question) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _no_answer(question, text) from None


def day_of(sheet: Sheet, key: str) -> date | None:
    """The day that was named; None without one."""
    text = sheet.text(key)
    return date.fromisoformat(text) if text else None


def _no_answer(question: Question, text: str) -> InputError:
    wanted = f"one of {', '.join(question.choices)}" if question.choices else question.kind
    return InputError(
        f'{question.key}: "{text.strip()}" is not {wanted}.',
        value=text.strip(),
        remedy=f'For example "{question.good}". Say {UNKNOWN} where nobody knows.',
    )


def read_sheet(path: Path) -> Sheet:
    """The answers in a file; none where there is no file.

    Raises `InputError` that names the file for what is no TOML, a newer format, or an answer that is none.
    """
    try:
        return parse_sheet(path.read_bytes(), path.name)
    except FileNotFoundError:
        return Sheet()
    except OSError as error:
        raise _unreadable(path.name, error) from error


def parse_sheet(data: bytes, name: str) -> Sheet:
    """The answers in the bytes of a file called `name`; raises as `read_sheet` does."""
    try:
        document = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(name, error) from error
    if document.get("format") != FORMAT:
        raise InputError(
            f"{name} has the format {document.get('format')}; this Airworthy reads {FORMAT}.",
            value=document.get("format"),
            remedy="Update Airworthy, or name another file.",
        )
    sheet = Sheet()
    for number, entry in enumerate(document.get("answers", []), 1):
        sheet = sheet.with_answer(_entry(entry, number, name))
    return sheet


def _unreadable(name: str, error: Exception) -> InputError:
    return InputError(f"{name} cannot be read: {error}.", value=name, remedy="Restore it, or move it away.")


def _entry(entry: Mapping[str, Any], number: int, name: str) -> Answer:
    key, text, by, at = (entry.get(name) for name in ("key", "answer", "by", "at"))
    if not (isinstance(key, str) and isinstance(text, str) and isinstance(by, str)) or not isinstance(
        at, datetime
    ):
        raise InputError(
            f"{name}: answer {number} needs key, answer, by and at.",
            value=str(dict(entry))[:80],
            remedy='Write key = "kpi.name", answer = "…", by = "Ada", at = 2026-01-31T09:00:00Z.',
        )
    return Answer(key, text, by, at.astimezone(UTC))


def write_sheet(sheet: Sheet, path: Path) -> None:
    """The file, in the order of the questions, so that two of them can be compared line by line."""
    lines = [f"format = {FORMAT}\n"]
    order = {question.key: place for place, question in enumerate(QUESTIONS)}
    for answer in sorted(sheet.answers, key=lambda a: (order[a.key], a.by)):
        lines.append(
            f"\n[[answers]]\nkey = {_quoted(answer.key)}\nanswer = {_quoted(answer.text)}\n"
            f"by = {_quoted(answer.by)}\nat = {answer.at:%Y-%m-%dT%H:%M:%S}Z\n"
        )
    write_atomic(path, "".join(lines).encode())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04X}" for c in escaped) + '"'
