"""Answers that outlive a session: one file beside the charter, a line for each, and what stands of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from airworthy.data.linkage.answers import KEY, SAME, require_columns, said_in
from airworthy.kernel.errors import InputError

COLUMNS = ("source", KEY, SAME, "by", "on", "settles")


@dataclass(frozen=True)
class Answer:
    """What one person said of one pair. One that `settles` was given in sight of the others: it ends them."""

    source: str
    key: str
    same: bool
    by: str
    on: str  # UTC, to the second
    settles: bool = False


@dataclass(frozen=True)
class Standing:
    """Of one source the answers by key, and those keys of which two people said opposite things."""

    decided: Mapping[str, bool]
    disputed: Mapping[str, tuple[Answer, ...]]


def standing(answers: Iterable[Answer], source: str) -> Standing:
    """What stands: of each person the last word, and a word that settles over all before it.

    >>> from dataclasses import replace
    >>> one = Answer("crm", "k", True, "Ada", "2024-05-01T10:00:00Z")
    >>> standing([one, replace(one, by="Bo", same=False)], "crm").disputed["k"][1].by
    'Bo'
    >>> settled = replace(one, by="Bo", same=False, settles=True)
    >>> standing([one, settled], "crm").decided
    {'k': False}
    """
    words: dict[str, dict[str, Answer]] = {}
    for answer in answers:
        if answer.source != source:
            continue
        if answer.settles:
            words[answer.key] = {}
        words.setdefault(answer.key, {})[answer.by] = answer
    views = {key: {answer.same for answer in people.values()} for key, people in words.items()}
    return Standing(
        {key: next(iter(said)) for key, said in views.items() if len(said) == 1},
        {key: tuple(words[key].values()) for key, said in views.items() if len(said) > 1},
    )


def read_kept(path: Path) -> tuple[Answer, ...]:
    """All answers of a file, oldest first; none where there is no file yet.

    Raises `InputError` for a file of another shape, with its row and value.
    """
    if not path.is_file():
        return ()
    try:
        table = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"{path.name} cannot be read as CSV: {str(error).splitlines()[0]}",
            value=path.name,
            remedy="Restore it from your version control: people wrote these answers.",
        ) from None
    require_columns(table, COLUMNS, path.name)
    found = []
    for row, values in enumerate(table.select(COLUMNS).iter_rows(named=True), start=2):
        where = f"{path.name}, row {row}"
        same, settles = said_in(values[SAME], where), said_in(values["settles"], where)
        if same is None or values[KEY] is None or values["by"] is None:
            raise InputError(
                f"{where} lacks an answer, a key or a name.", value=row, remedy="Take the row out."
            )
        found.append(
            Answer(values["source"] or "", values[KEY], same, values["by"], values["on"] or "", bool(settles))
        )
    return tuple(found)


def written(answers: Sequence[Answer]) -> bytes:
    """The file of these answers: one line each, so that version control can join two people's."""
    rows = [
        {**asdict(one), SAME: "yes" if one.same else "no", "settles": "yes" if one.settles else ""}
        for one in answers
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)).write_csv().encode("utf-8")
