"""Requests: what is accepted, what is refused, and what the refusal says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from scoring_worlds import COLUMNS

from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.decode import BadRow, RowDecoder, expectation

CONTRACT = Contract(
    columns=(
        *COLUMNS,
        Column(name="age", type=LogicalType.INTEGER, nullable=False),
        Column(name="sex", type=LogicalType.CATEGORY, role=Role.PROTECTED, nullable=False),
        Column(name="late", type=LogicalType.FLAG, role=Role.TARGET),
        Column(name="arr_delay", type=LogicalType.REAL, role=Role.AFTER_DECISION),
    ),
    classes=("No", "Yes"),
)
GOOD = {"age": 41}


@pytest.fixture(scope="module")
def decoder() -> RowDecoder:
    return RowDecoder(CONTRACT)


def one(decoder: RowDecoder, **row: object) -> dict[str, object]:
    return decoder.decode(json.dumps({**GOOD, **row}).encode())[0][0]


@pytest.mark.parametrize(
    ("column", "sent", "got"),
    [
        ("amount", 3, 3.0),
        ("amount", None, None),
        ("temp °C", -0.5, -0.5),
        ("count", 3.0, 3),
        ("count", 2**62, 2**62),
        ("partner", True, True),
        ("partner", 0, False),
        ("partner", "Yes", True),
        ("city", "never seen", "never seen"),
        ("class", 3, "3"),
        ("class", "3", "3"),
        ("customer", "007", "007"),
        ("when", "2013-01-01T05:00:00Z", datetime(2013, 1, 1, 5, tzinfo=UTC)),
        ("when", "2013-01-01T05:00:00.25+01:00", datetime(2013, 1, 1, 4, 0, 0, 250_000, tzinfo=UTC)),
        ("day", "2013-01-01", date(2013, 1, 1)),
        ("sex", None, None),
        ("sex", "F", "F"),
    ],
)
def test_a_value_that_fits_is_typed(decoder: RowDecoder, column: str, sent: object, got: object) -> None:
    value = one(decoder, **{column: sent})[column]
    assert value == got
    assert type(value) is type(got)


@pytest.mark.parametrize(
    ("column", "sent", "shown", "expected"),
    [
        ("amount", "3", '"3"', "a number, or null"),
        ("amount", True, "true", "a number, or null"),
        ("count", 3.5, "3.5", "a whole number, or null"),
        ("count", 2**63 + 1, "9223372036854775809", "a whole number"),
        ("count", 1e30, "1e30", "a whole number"),
        ("partner", "Maybe", '"Maybe"', 'true or false (or "No", "Yes"), or null'),
        ("partner", 2, "2", "true or false"),
        ("city", 7, "7", "text, or null"),
        ("class", 3.0, "3.0", "text or a whole number, or null"),
        ("customer", 7, "7", "text, or null"),
        ("when", "2013-01-01T05:00:00", '"2013-01-01T05:00:00"', "an instant with its offset"),
        ("when", 1.3e9, "1300000000.0", "an instant"),
        ("day", "01/02/2013", '"01/02/2013"', "a day"),
        ("age", None, "null", "a whole number"),
        ("note", ["a"], '["a"]', "text"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_field_value_and_expectation(
    decoder: RowDecoder, column: str, sent: object, shown: str, expected: str
) -> None:
    with pytest.raises(BadRow) as caught:
        one(decoder, **{column: sent})
    assert caught.value.field == column
    assert caught.value.value == shown
    assert repr(column) in caught.value.message
    assert expected in caught.value.message
    assert expected in caught.value.remedy


def test_a_missing_nullable_column_is_null_and_a_missing_required_one_is_refused(decoder: RowDecoder) -> None:
    assert one(decoder)["amount"] is None
    with pytest.raises(BadRow, match="lacks the column 'age', which was never missing in training"):
        decoder.decode(b'{"amount": 1}')


def test_an_unknown_column_is_refused_with_the_nearest_name(decoder: RowDecoder) -> None:
    with pytest.raises(BadRow) as caught:
        one(decoder, amuont=3)
    assert caught.value.remedy.startswith("Did you mean 'amount'?")


def test_columns_of_the_contract_that_the_model_does_not_use_are_ignored(decoder: RowDecoder) -> None:
    row = one(decoder, late="anything", arr_delay=[1])
    assert "late" not in row
    assert "arr_delay" not in row


def test_a_list_says_which_row_is_wrong(decoder: RowDecoder) -> None:
    with pytest.raises(BadRow, match=r"Row 1 .counted from 0. has") as caught:
        decoder.decode(b'[{"age": 1}, {"age": "x"}]')
    assert caught.value.row == 1
    rows, keys, single = decoder.decode(b'[{"age": 1}, {"age": 2, "request_id": "b"}]')
    assert [row["age"] for row in rows] == [1, 2]
    assert keys == [None, "b"]
    assert not single


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b'{"age": NaN}', b'{"age": 1e999}', b"\xff\xfe", b"[" * 100_000, b'"\\ud800"'],
)
def test_a_body_that_is_not_json_is_refused(decoder: RowDecoder, body: bytes) -> None:
    with pytest.raises(BadRow, match="cannot be read as JSON"):
        decoder.decode(body)


@pytest.mark.parametrize(("body", "what"), [(b"3", "a number"), (b"[[1]]", "a list"), (b"null", "null")])
def test_a_row_that_is_not_an_object_is_refused(decoder: RowDecoder, body: bytes, what: str) -> None:
    with pytest.raises(BadRow, match=f"must be a JSON object .* not {what}"):
        decoder.decode(body)


def test_request_ids_must_be_text(decoder: RowDecoder) -> None:
    with pytest.raises(BadRow, match="'request_id'"):
        one(decoder, request_id=7)


def test_column_names_with_quotes_and_control_characters_work() -> None:
    names = ['a "b"', "back\\slash", "new\nline", ""]
    decoder = RowDecoder(Contract(columns=tuple(Column(name=n, type=LogicalType.REAL) for n in names)))
    rows, _, single = decoder.decode(json.dumps(dict.fromkeys(names, 2)).encode())
    assert rows == [dict.fromkeys(names, 2.0)]
    assert single
    with pytest.raises(BadRow, match="expected a number"):
        decoder.decode(json.dumps({names[0]: "2"}).encode())


def test_a_column_called_request_id_belongs_to_the_model() -> None:
    decoder = RowDecoder(Contract(columns=(Column(name="request_id", type=LogicalType.INTEGER),)))
    assert decoder.decode(b'{"request_id": 7}') == ([{"request_id": 7}], [None], True)


def test_expectations_read_as_words() -> None:
    assert expectation(CONTRACT["age"]) == "a whole number"
    assert expectation(CONTRACT["amount"]) == "a number, or null"
