"""JSON lines and JSON arrays of records, into columns; nested values are refused by name and row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import polars as pl

from airworthy.data.column_names import with_names
from airworthy.data.encoding import to_utf8
from airworthy.kernel.errors import InputError

_DECODER = msgspec.json.Decoder()
_SHAPE = "Write one record a line, or an array of records: [{...}, {...}]."


def read_json(data: bytes, label: str) -> pl.DataFrame:
    """Parse records; a key that a record lacks is null.

    A column that mixes text with numbers becomes text; its values are typed later like those of a CSV file.

    Raises `InputError` on broken JSON (with its line), on a document that is no list of records (an error
    message of a service, say) and on nested values.

    >>> read_json(b'{"a": 1}\\n{"a": 2, "b": "x"}\\n', "a.jsonl").rows()
    [(1, None), (2, 'x')]
    """
    body = to_utf8(data, label).utf8.strip()
    if not body:
        raise InputError(
            f"{label} holds only blank lines.", value=label, remedy="Export or download it again."
        )
    records = _array(body, label) if body[:1] == b"[" else _lines(body, label)
    if not records:
        raise InputError(f"{label} holds no records.", value=label, remedy=_SHAPE)
    return _columns(records, label)


def _array(body: bytes, label: str) -> list[Mapping[str, object]]:
    try:
        document = _DECODER.decode(body)
    except RecursionError:
        raise _too_deep(label) from None
    except msgspec.DecodeError as error:
        raise InputError(
            f"{label} is not valid JSON: {error}.", value=label, remedy="Export or download it again."
        ) from None
    return _records(enumerate(document, 1), label, "record")


def _lines(body: bytes, label: str) -> list[Mapping[str, object]]:
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    decoded: list[tuple[int, object]] = []
    for number, line in lines:
        try:
            decoded.append((number, _DECODER.decode(line)))
        except RecursionError:
            raise _too_deep(f"{label}, line {number:,}") from None
        except msgspec.DecodeError as error:
            if number == 1:
                _refuse_document(body, label)
            raise InputError(
                f"{label}, line {number:,}: not valid JSON: {error}.", value=number, remedy=_SHAPE
            ) from None
    records = _records(decoded, label, "line")
    if len(records) == 1:
        _refuse_error(records[0], label)
    return records


def _too_deep(place: str) -> InputError:
    return InputError(
        f"{place}: brackets are nested too deeply for a record.",
        value=place,
        remedy=f"{_SHAPE} One level deep.",
    )


def _refuse_document(body: bytes, label: str) -> None:
    """One object over several lines is a document, not JSON lines."""
    try:
        document = _DECODER.decode(body)
    except msgspec.DecodeError:
        return
    _refuse_error(document, label)
    keys = ", ".join(list(document)[:5]) if isinstance(document, dict) else type(document).__name__
    raise InputError(f"{label} holds one JSON document ({keys}), not records.", value=label, remedy=_SHAPE)


def _refuse_error(document: object, label: str) -> None:
    if isinstance(document, dict) and {"error", "errors", "message", "detail"} & set(document):
        shown = str(document.get("error") or document.get("message") or document)[:80]
        raise InputError(
            f"{label} holds an error message, not a table: {shown!r}.",
            value=shown,
            remedy="The download failed; read the message, then download the data again.",
        )


def _records(items: Iterable[tuple[int, object]], label: str, unit: str) -> list[Mapping[str, object]]:
    records: list[Mapping[str, object]] = []
    for number, item in items:
        if not isinstance(item, dict):
            raise InputError(
                f"{label}, {unit} {number:,}: holds {type(item).__name__} {item!r:.40}, not a record.",
                value=number,
                remedy=_SHAPE,
            )
        records.append(item)
    return records


def _columns(records: list[Mapping[str, object]], label: str) -> pl.DataFrame:
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise InputError(f"{label} holds records without any field.", value=label, remedy=_SHAPE)
    columns = [_column(name, [record.get(name) for record in records], label) for name in names]
    return pl.DataFrame([column.alias(name) for column, name in zip(columns, with_names(names), strict=True)])


def _column(name: str, values: list[object], label: str) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds & {dict, list}:
        row = next(row for row, value in enumerate(values, 1) if isinstance(value, (dict, list)))
        raise InputError(
            f'{label}, column "{name}": record {row:,} holds a nested value ({values[row - 1]!r:.60}).',
            value=name,
            remedy="Write nested fields as columns of their own, for example address_city.",
        )
    if kinds <= {bool}:
        return pl.Series(name, values, pl.Boolean if kinds else pl.String)
    if kinds <= {int} and all(value is None or abs(value) < 2**63 for value in values):  # type: ignore[arg-type]
        return pl.Series(name, values, pl.Int64)
    if kinds == {float} or kinds == {int, float}:
        return pl.Series(name, values, pl.Float64, strict=False)
    return pl.Series(name, [_spell(value) for value in values], pl.String)


def _spell(value: object) -> str | None:
    """Text as it is, other values as JSON spells them."""
    return value if value is None or isinstance(value, str) else msgspec.json.encode(value).decode()
