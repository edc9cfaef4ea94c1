"""The scope of a model: answers, what does not go together, the brief and a first charter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airworthy.charter.scoping.brief import brief
from airworthy.charter.scoping.contradictions import Contradiction, contradictions
from airworthy.charter.scoping.known import Known
from airworthy.charter.scoping.questions import QUESTIONS
from airworthy.charter.scoping.sheet import NAME, Answer, Changed, Sheet, read_sheet, write_sheet
from airworthy.charter.scoping.to_charter import charter_of
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.workspace.place import CHARTER

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Scope:
    """The answers in one file, and what they say together."""

    path: Path
    sheet: Sheet
    found: tuple[Contradiction, ...]


def open_scope(place: Path, data: Path | None = None, now: datetime | None = None) -> Scope:
    """The answers in a folder's `scope.toml`, or in a file; none where nobody answered yet.

    Parameters
    ----------
    data : a table that the answers are held against.

    Raises `InputError` when a file cannot be read.
    """
    path = place / NAME if place.is_dir() else place
    sheet = read_sheet(path)
    today = (now or datetime.now(UTC)).date()
    return Scope(path, sheet, tuple(contradictions(sheet, known_of(data, sheet), today)))


def known_of(data: Path | None, sheet: Sheet) -> Known:
    """What a table says of the answers: its columns, and how often its most frequent outcome stands there."""
    if data is None:
        return Known()
    from airworthy.data.read import read_file  # numeric: only where a table is named

    table = read_file(data)
    column = sheet.text("outcome.column")
    share = None
    if column in table.columns and sheet.text("outcome.task") in ("yes or no", "one of several"):
        outcomes = table[column].drop_nulls()
        counted = outcomes.value_counts(sort=True)
        share = int(counted["count"][0]) / len(outcomes) if len(outcomes) else None
    return Known(tuple(table.columns), share, _stand_ins(table, sheet))


def _stand_ins(table: pl.DataFrame, sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What the columns that may be used tell of protected ones, as the audit measures it (DAT029)."""
    from airworthy.data.audit import audit_frame
    from airworthy.data.declared import Declared

    named = {word.casefold() for word in sheet.items("affected.protected")}
    protected = tuple(name for name in table.columns if name.casefold() in named)
    if not protected:
        return ()
    never = {word.casefold() for word in sheet.items("inputs.never")} - named
    usable = table.drop([name for name in table.columns if name.casefold() in never])
    target = sheet.text("outcome.column")
    told = Declared(protected=protected)
    report = audit_frame(usable, target=target if target in usable.columns else None, told=told)
    return tuple((one.finding, one.remedy) for one in report.failures if one.code == "DAT029")


def answer(scope: Scope, answers: Mapping[str, str], by: str, now: datetime | None = None) -> Sheet:
    """The answers of one person, checked, kept at once; none is kept when one of them is none.

    Raises `InputError` for a question that is not asked, an answer of another kind, or a name that is blank.
    """
    if not by.strip():
        raise InputError("Nobody answered: the name is blank.", value=by, remedy="Say who: --by Ada")
    at = (now or datetime.now(UTC)).replace(microsecond=0)
    sheet = read_sheet(scope.path)  # somebody else may have answered meanwhile
    for key, text in answers.items():
        sheet = sheet.with_answer(Answer(key, text, by.strip(), at))
    write_sheet(sheet, scope.path)
    return sheet


def brief_of(scope: Scope) -> str:
    """The one-page brief as Markdown."""
    return brief(scope.sheet, scope.found)


def charter_from(scope: Scope, file: Path | None, *, force: bool = False) -> Path:
    """Write `airworthy.toml` beside the answers.

    Raises `InputError` where there is one already.
    """
    path = scope.path.parent / CHARTER
    if path.exists() and not force:
        raise InputError(
            f"{path} exists already.", value=str(path), remedy="Replace it with --force, or move it away."
        )
    write_atomic(path, charter_of(scope.sheet, None if file is None else file.as_posix()).encode())
    return path


def differences(before: Path, after: Path) -> tuple[Changed, ...]:
    """What one file of answers says otherwise than another. Raises `InputError` where there is no file."""
    for path in (before, after):
        if not path.is_file():
            raise InputError(
                f"There is no file {path}.", value=str(path), remedy="Name two files of answers."
            )
    return read_sheet(before).changed(read_sheet(after))


def scope_document(scope: Scope) -> dict[str, Any]:
    """Everything as one JSON document."""
    return {
        "file": str(scope.path),
        "digest": scope.sheet.digest,
        "answered": len(QUESTIONS) - len(scope.sheet.open()),
        "questions": [
            {**asdict(question), "topic": question.topic, "answers": _said(scope.sheet, question.key)}
            for question in QUESTIONS
        ],
        "contradictions": [asdict(one) for one in scope.found],
    }


def _said(sheet: Sheet, key: str) -> list[dict[str, str]]:
    return [
        {"answer": one.text, "by": one.by, "at": one.at.isoformat()}
        for one in sheet.answers
        if one.key == key
    ]
