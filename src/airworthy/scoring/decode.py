"""The typed request: JSON bytes to rows, with the contract as the schema.

The rules, which the OpenAPI page repeats:

- numbers are JSON numbers; a number written as text is refused; an integer is accepted for a real, and 3.0
  for an integer;
- flags are true or false; 1 and 0 are accepted, and words such as "Yes" and "No" where the training data
  had them;
- categories are text, and an integer where the vocabulary is of integers; a category never seen in training
  is accepted and counts as unseen, which is not the same as null;
- instants are RFC 3339 with an offset from UTC; days are YYYY-MM-DD;
- a nullable column may be null or left out (both mean null); the others must be there;
- columns of the contract that the model does not use are accepted and ignored; a name that the contract does
  not know is refused, because it is most often a misspelt input.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Optional

import msgspec

from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

MONITORED = frozenset({Role.INPUT, Role.ENTITY, Role.TIME, Role.PROTECTED})
REQUEST_ID = "request_id"
_TRUE = frozenset({"true", "t", "yes", "y", "1", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off"})
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class BadRow(InputError):
    """A request that does not fit the contract: `field` and `row` say where, `expected` what would."""

    code = "bad-request"

    def __init__(
        self, message: str, *, value: object = None, remedy: str = "", field: str = "", row: int | None = None
    ) -> None:
        super().__init__(message, value=value, remedy=remedy)
        self.field = field
        self.row = row


def flag_words(column: Column) -> dict[str, bool]:
    """The words for true and false among a flag's vocabulary.

    >>> flag_words(Column(name="churn", type=LogicalType.FLAG, vocabulary=("No", "Yes")))
    {'No': False, 'Yes': True}
    """
    known = {word: word.strip().casefold() for word in column.vocabulary}
    return {word: folded in _TRUE for word, folded in known.items() if folded in _TRUE | _FALSE}


def takes_integers(column: Column) -> bool:
    """Whether a category's vocabulary consists of integers, so that 3 may stand for "3"."""
    words = column.vocabulary
    return column.type is LogicalType.CATEGORY and bool(words) and all(_is_integer(word) for word in words)


def _is_integer(word: str) -> bool:
    digits = word.removeprefix("-")
    return digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")


def expectation(column: Column) -> str:
    """What a request may send for `column`, in words."""
    words = {
        LogicalType.INTEGER: "a whole number",
        LogicalType.INSTANT: 'an instant with its offset, such as "2026-01-31T08:30:00Z"',
        LogicalType.DAY: 'a day, such as "2026-01-31"',
        LogicalType.FLAG: "true or false",
    }
    text = "a number" if column.type.numeric else words.get(column.type, "text")
    text = words.get(column.type, text)
    if column.type is LogicalType.FLAG and (known := flag_words(column)):
        text += " (or " + ", ".join(f'"{word}"' for word in known) + ")"
    if takes_integers(column):
        text += " or a whole number"
    return f"{text}, or null" if column.nullable else text


def _json_type(column: Column) -> Any:
    if column.type is LogicalType.INTEGER:
        plain: Any = int | float
    elif column.type.numeric:
        plain = float
    elif column.type is LogicalType.FLAG:
        words = tuple(flag_words(column))
        plain = bool | Literal[(0, 1, *words)]
    elif column.type is LogicalType.INSTANT:
        plain = _Instant
    elif column.type is LogicalType.DAY:
        plain = date
    else:
        plain = str | int if takes_integers(column) else str
    return Optional[plain] if column.nullable else plain  # noqa: UP045 - `plain` is a value, not an annotation


def _finisher(column: Column) -> Callable[[Any], object] | None:
    """What is left to do with a decoded value; None where msgspec has done it all."""
    if column.type is LogicalType.FLAG:
        known: dict[object, bool] = {0: False, 1: True}
        known.update(flag_words(column))
        return lambda value: None if value is None else known[value]
    if column.type is LogicalType.INTEGER:
        return _whole
    if column.type is LogicalType.INSTANT:
        return lambda value: None if value is None else value.astimezone(UTC)
    if takes_integers(column):
        return lambda value: None if value is None else str(value)
    return None


def _whole(value: float | None) -> int | float | None:
    if value is None:
        return None
    # 2**63 itself is what the largest 64-bit integers become as float64, so it must be accepted.
    if not -(2**63) <= value <= 2**63 or value != int(value):
        raise ValueError(f"{value} is not a whole number of 64 bits")
    if type(value) is int:
        return value
    return int(value) if value or str(value) == "0.0" else value  # -0.0 has no integer


class BadJson(BadRow):
    """A request body that is not JSON at all."""

    code = "bad-json"


class RowDecoder:
    """Decodes request bodies to typed rows of the contract's columns.

    A row may leave out all of the columns `filled`, which the server then fills from a history.
    """

    def __init__(self, contract: Contract, also: Sequence[str] = (), filled: Sequence[str] = ()) -> None:
        self.columns = tuple(c for c in contract.columns if c.role in MONITORED or c.name in also)
        self.filled = tuple(c.name for c in self.columns if c.name in filled)
        self._by_name = {column.name: column for column in self.columns}
        self._names = tuple(self._by_name)
        self._ignored = {c.name for c in contract.columns} - set(self._names)
        self.takes_request_id = REQUEST_ID not in contract
        self._types = {column.name: _json_type(column) for column in self.columns}
        finishers = [(i, _finisher(column)) for i, column in enumerate(self.columns)]
        self._finish = tuple((i, finish) for i, finish in finishers if finish is not None)
        self._struct = self._make_struct()
        self._decoder = msgspec.json.Decoder(self._struct | list[self._struct]) if self._struct else None  # type: ignore[name-defined]

    def required(self, column: Column) -> bool:
        """Whether a request must hold `column`: inputs that were never null in training."""
        return column.role is Role.INPUT and not column.nullable and column.name not in self.filled

    def to_fill(self, row: Mapping[str, object], at: int | None) -> bool:
        """Whether `row` came without any of the columns that the server fills.

        Raises `BadRow` where it holds some of them and lacks one that was never missing in training.
        """
        if all(row.get(name) is None for name in self.filled):
            return bool(self.filled)
        for name in self.filled:
            column = self._by_name[name]
            if column.role is Role.INPUT and not column.nullable and row.get(name) is None:
                raise _lacking(column, at, "Send all of the features, or none: they are then filled in.")
        return False

    def decode(self, body: bytes) -> tuple[list[dict[str, object]], list[str | None], bool]:
        """Typed rows, the request ids that the rows carry, and whether the body was one row.

        Raises `BadRow` naming the field, its value and what is expected.
        """
        if self._decoder is None:
            return self._decode_slowly(body)
        try:
            found: Any = self._decoder.decode(body)
            rows = found if type(found) is list else [found]
            pairs = [self._finished(msgspec.structs.astuple(row)) for row in rows]
        except (msgspec.DecodeError, ValueError):
            return self._decode_slowly(body)  # which says where and why
        return [row for row, _ in pairs], [key for _, key in pairs], type(found) is not list

    def _finished(self, values: tuple[Any, ...]) -> tuple[dict[str, object], str | None]:
        row: dict[str, object] = dict(zip(self._names, values, strict=False))
        for index, finish in self._finish:
            row[self._names[index]] = finish(values[index])
        return row, values[len(self._names)] if self.takes_request_id else None

    def _make_struct(self) -> Any:
        fields: list[Any] = []
        rename: dict[str, str] = {}
        for i, column in enumerate(self.columns):
            kind, required = self._types[column.name], self.required(column)
            optional = kind if column.nullable else Optional[kind]  # noqa: UP045 - as above
            fields.append((f"f{i}", kind) if required else (f"f{i}", optional, None))
            rename[f"f{i}"] = column.name
        if self.takes_request_id:
            fields.append((REQUEST_ID, str | None, None))
        for i, name in enumerate(sorted(self._ignored)):
            fields.append((f"i{i}", msgspec.Raw, msgspec.Raw()))
            rename[f"i{i}"] = name
        try:
            return msgspec.defstruct(
                "Row", fields, rename=rename, kw_only=True, forbid_unknown_fields=True, gc=False
            )
        except ValueError:  # a column name holds quotes, backslashes or control characters
            return None

    def _decode_slowly(self, body: bytes) -> tuple[list[dict[str, object]], list[str | None], bool]:
        try:
            found = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadJson(
                f"The request body cannot be read as JSON: {error}.",
                value=body[:80].decode("utf-8", "replace"),
                remedy="Send one JSON object with a value for each column, or a list of such objects.",
            ) from error
        rows = found if isinstance(found, list) else [found]
        decoded = [self._check_row(row, i if isinstance(found, list) else None) for i, row in enumerate(rows)]
        return [row for row, _ in decoded], [key for _, key in decoded], not isinstance(found, list)

    def _check_row(self, row: object, at: int | None) -> tuple[dict[str, object], str | None]:
        if not isinstance(row, Mapping):
            raise BadRow(
                f"{_where(at)}must be a JSON object with a value for each column, not {_kind(row)}.",
                value=repr(row)[:80],
                remedy='Send for example {"column": 1.5, "other column": "text"}.',
                row=at,
            )
        self._refuse_unknown(row, at)
        typed = {name: self._check_value(column, row, at) for name, column in self._by_name.items()}
        key = row.get(REQUEST_ID) if self.takes_request_id else None
        if key is not None and not isinstance(key, str):
            raise self._bad(REQUEST_ID, key, "text", at)
        return typed, key

    def _refuse_unknown(self, row: Mapping[str, object], at: int | None) -> None:
        for name in row:
            if name in self._by_name or name in self._ignored:
                continue
            if self.takes_request_id and name == REQUEST_ID:
                continue
            near = difflib.get_close_matches(name, self._names, n=1, cutoff=0.6)
            hint = (
                f"Did you mean {near[0]!r}?" if near else f"The columns are: {', '.join(self._names[:20])}."
            )
            raise BadRow(
                f"{_where(at)}has a column {name!r} that the model's contract does not know.",
                value=name,
                remedy=f"{hint} Leave unknown columns out.",
                field=name,
                row=at,
            )

    def _check_value(self, column: Column, row: Mapping[str, object], at: int | None) -> object:
        if column.name not in row:
            if not self.required(column):
                return None
            raise _lacking(column, at, f"Send {expectation(column)} as {column.name!r}.")
        value = row[column.name]
        if value is None and not self.required(column):
            return None
        try:
            decoded = msgspec.convert(value, self._types[column.name])
            finish = _finisher(column)
            return finish(decoded) if finish else decoded
        except (msgspec.ValidationError, ValueError, OverflowError):
            raise self._bad(column.name, value, expectation(column), at) from None

    def _bad(self, name: str, value: object, expected: str, at: int | None) -> BadRow:
        shown = msgspec.json.encode(value).decode("utf-8", "replace")[:80]
        return BadRow(
            f"{_where(at)}has {shown} for {name!r}; expected {expected}.",
            value=shown,
            remedy=f"Send {expected} for {name!r}.",
            field=name,
            row=at,
        )


def _lacking(column: Column, at: int | None, remedy: str) -> BadRow:
    return BadRow(
        f"{_where(at)}lacks the column {column.name!r}, which was never missing in training.",
        value=None,
        remedy=remedy,
        field=column.name,
        row=at,
    )


def _where(at: int | None) -> str:
    return "The row " if at is None else f"Row {at} (counted from 0) "


def _kind(value: object) -> str:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
