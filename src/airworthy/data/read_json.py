"""JSON lines and JSON arrays of records, into columns; nested values are refused by name and row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import polars as pl

from airworthy.data.cells import Cells, Part
from airworthy.data.column_names import with_names
from airworthy.data.encoding import to_utf8
from airworthy.data.quarantine import SetAside, Tray
from airworthy.kernel.errors import InputError

_DECODER = msgspec.json.Decoder()
_SHOWN = 200
_SHAPE = "Write one record a line, or an array of records: [{...}, {...}]."


def read_json(data: bytes, label: str, *, tray: Tray | None = None) -> Cells:
    """Parse records; a key that a record lacks is null. A line or record that holds none goes to `tray`.

    A column that mixes text with numbers becomes text; its values are typed later like those of a CSV file.

    Raises `InputError` on broken JSON (with its line), on a document that is no list of records (an error
    message of a service, say) and on nested values.

    >>> read_json(b'{"a": 1}\\n{"a": 2, "b": "x"}\\n', "a.jsonl").frame.rows()
    [(1, None), (2, 'x')]
    """
    tray = tray or Tray()
    body = to_utf8(data, label).utf8.strip()
    if not body:
        raise InputError(
            f"{label} holds only blank lines.", value=label, remedy="Export or download it again."
        )
    is_array = body[:1] == b"["
    unit = "record" if is_array else "line"
    cut = not data.endswith((b"\n", b"\r"))
    items = _array(body, label) if is_array else _lines(body, label, tray, cut=cut)
    records, places = _records(items, label, unit, tray)
    if not records:
        raise InputError(f"{label} holds no records.", value=label, remedy=_SHAPE)
    return Cells(_columns(records, label), "JSON", (Part(label, places, unit=unit),))


def _array(body: bytes, label: str) -> Iterator[tuple[int, object]]:
    try:
        document = _DECODER.decode(body)
    except RecursionError:
        raise _too_deep(label) from None
    except msgspec.DecodeError as error:
        raise InputError(
            f"{label} is not valid JSON: {error}.", value=label, remedy="Export or download it again."
        ) from None
    yield from enumerate(document, 1)


def _lines(body: bytes, label: str, tray: Tray, *, cut: bool) -> Iterator[tuple[int, object]]:
    lines = body.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = _DECODER.decode(line)
        except RecursionError:
            raise _too_deep(f"{label}, line {number:,}") from None
        except msgspec.DecodeError as error:
            if number == 1:
                _refuse_document(body, label)
            # A last line that is cut off hides what is missing behind it.
            into = Tray() if cut and number == len(lines) else tray
            _set_aside_line(line, label, number, f"not valid JSON: {error}", into)
            tray.judge_early(len(lines))
        else:
            if len(lines) == 1:
                _refuse_error(item, label)
            yield number, item


def _set_aside_line(line: bytes, label: str, number: int, reason: str, tray: Tray) -> None:
    raw = line.decode("utf-8").rstrip("\r")
    error = InputError(f"{label}, line {number:,}: {reason}.", value=number, remedy=_SHAPE)
    tray.broken(SetAside(label, number, reason, value=raw[:_SHOWN], raw=raw), error)


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


def _records(
    items: Iterable[tuple[int, object]], label: str, unit: str, tray: Tray
) -> tuple[list[Mapping[str, object]], list[int]]:
    records: list[Mapping[str, object]] = []
    places: list[int] = []
    for number, item in items:
        if not isinstance(item, dict):
            _set_aside_item(item, label, unit, number, tray)
        elif any(isinstance(value, (dict, list)) for value in item.values()):
            _set_aside_nested(item, label, number, tray)
        else:
            records.append(item)
            places.append(number)
    return records, places


def _set_aside_item(item: object, label: str, unit: str, number: int, tray: Tray) -> None:
    reason = f"holds {type(item).__name__} {item!r:.40}, not a record"
    error = InputError(f"{label}, {unit} {number:,}: {reason}.", value=number, remedy=_SHAPE)
    tray.broken(SetAside(label, number, reason, value=f"{item!r:.40}", raw=_spelt(item)), error)


def _set_aside_nested(item: Mapping[str, object], label: str, number: int, tray: Tray) -> None:
    name, value = next((name, value) for name, value in item.items() if isinstance(value, (dict, list)))
    error = InputError(
        f'{label}, column "{name}": record {number:,} holds a nested value ({value!r:.60}).',
        value=name,
        remedy="Write nested fields as columns of their own, for example address_city.",
    )
    tray.broken(SetAside(label, number, "a nested value", name, f"{value!r:.60}", _spelt(item)), error)


def _spelt(item: object) -> str:
    return msgspec.json.encode(item).decode()


def _columns(records: list[Mapping[str, object]], label: str) -> pl.DataFrame:
    names = list(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise InputError(f"{label} holds records without any field.", value=label, remedy=_SHAPE)
    columns = [_column(name, [record.get(name) for record in records]) for name in names]
    return pl.DataFrame([column.alias(name) for column, name in zip(columns, with_names(names), strict=True)])


def _column(name: str, values: list[object]) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {bool}:
        return pl.Series(name, values, pl.Boolean if kinds else pl.String)
    if kinds <= {int} and all(value is None or abs(value) < 2**63 for value in values):  # type: ignore[arg-type]
        return pl.Series(name, values, pl.Int64)
    if kinds == {float} or kinds == {int, float}:
        return pl.Series(name, values, pl.Float64, strict=False)
    return pl.Series(name, [_spell(value) for value in values], pl.String)


def _spell(value: object) -> str | None:
    """Text as it is, other values as JSON spells them."""
    return value if value is None or isinstance(value, str) else _spelt(value)
