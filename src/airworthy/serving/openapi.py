"""The OpenAPI document and an example request, both made from the contract."""

from __future__ import annotations

from typing import Any

from airworthy.kernel.clock import rfc3339
from airworthy.scoring.columns import instant_of
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.coverage import interval_of, set_of
from airworthy.scoring.decision import REVIEW, without_review
from airworthy.scoring.decode import RowDecoder, expectation, flag_words
from airworthy.serving.predictor import Predictor

_EXAMPLE_INSTANT = 1_767_225_600.0  # 2026-01-01, where the contract knows no range


def example_row(decoder: RowDecoder) -> dict[str, object]:
    """A row that the decoder accepts: the middle of ranges, the first value of vocabularies.

    Features that the server fills in are left out.
    """
    return {c.name: _example(c) for c in decoder.columns if c.name not in decoder.filled}


def _example(column: Column) -> object:
    known = [bound for bound in (column.low, column.high) if bound is not None]
    middle = sum(known) / len(known) if known else None
    if column.type.numeric:
        if middle is None:
            return 1
        return round(middle) if column.type is LogicalType.INTEGER else float(f"{middle:.4g}")
    if column.type is LogicalType.FLAG:
        return True
    if column.type in (LogicalType.INSTANT, LogicalType.DAY):
        moment = instant_of(round(_EXAMPLE_INSTANT if middle is None else middle))
        return rfc3339(moment) if column.type is LogicalType.INSTANT else moment.date().isoformat()
    return column.vocabulary[0] if column.vocabulary else "text"


def openapi(predictor: Predictor, title: str) -> dict[str, Any]:
    """OpenAPI 3.1 of the endpoints, with the request row typed column by column."""
    row, many = {"$ref": "#/components/schemas/Row"}, {"type": "array"}
    answer, outcome = {"$ref": "#/components/schemas/Answer"}, {"$ref": "#/components/schemas/Outcome"}
    flag = {"name": "reasons", "in": "query", "schema": {"type": "boolean"}, "description": "Add reasons."}
    key = {"name": "X-Request-Id", "in": "header", "schema": {"type": "string"}}
    predict = {
        "summary": "Predict one row or a list of rows",
        "parameters": [flag, key],
        "requestBody": _body({"oneOf": [row, {**many, "items": row}]}, example_row(predictor.decoder)),
        "responses": _responses({"oneOf": [answer, {**many, "items": answer}]}),
    }
    report = {
        "summary": "Report outcomes; a later report for the same request corrects the earlier one",
        "requestBody": _body({"oneOf": [outcome, {**many, "items": outcome}]}, None),
        "responses": _responses({"type": "object", "properties": {"accepted": {"type": "integer"}}}),
    }
    probes = {
        path: {"get": {"summary": text, "responses": {"200": {"description": "Yes"}}}}
        for path, text in (("/healthz", "Is the process alive?"), ("/readyz", "Can it answer?"))
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": predictor.version},
        "paths": {"/v1/predict": {"post": predict}, "/v1/outcomes": {"post": report}, **probes},
        "components": {"schemas": _schemas(predictor)},
    }


def _body(schema: dict[str, Any], example: object) -> dict[str, Any]:
    content = {"schema": schema, **({"example": example} if example is not None else {})}
    return {"required": True, "content": {"application/json": content}}


def _responses(schema: dict[str, Any]) -> dict[str, Any]:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "200": {"description": "Done", "content": {"application/json": {"schema": schema}}},
        "400": {"description": "The body is not JSON", "content": error},
        "413": {"description": "Too many bytes or rows", "content": error},
        "422": {"description": "A value does not fit; nothing was predicted", "content": error},
        "503": {"description": "Not acknowledged; try again", "content": error},
    }


def _schemas(predictor: Predictor) -> dict[str, Any]:
    decoder, classes = predictor.decoder, list(predictor.schema.classes)
    decision = {"type": "string", "enum": classes} if classes else {"type": "number"}
    text, number = {"type": "string"}, {"type": "number"}
    properties = {c.name: _property(c, c.name in decoder.filled) for c in decoder.columns}
    if decoder.takes_request_id:
        properties["request_id"] = {**text, "description": "Made where it is not given."}
    answer: dict[str, Any] = {
        "request_id": text,
        "decision": _decided(predictor, decision),
        "version": text,
        "mode": text,
        "note": text,
    }
    if len(classes) > 2:
        answer["probability"] = {"type": "object", "additionalProperties": number}
    else:
        answer["probability" if classes else "prediction"] = number
    if interval_of(predictor.scorer.spec.decision):
        answer["interval"] = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    if set_of(predictor.scorer.spec.decision):
        answer["possible"] = {"type": "array", "items": decision}
    reason = {"column": text, "label": text, "value": {}, "contribution": number}
    answer["reasons"] = {"type": "array", "items": {"type": "object", "properties": reason}}
    answer["caution"] = {**text, "description": "What tests of the reasons say against them."}
    outcome = {"request_id": text, "outcome": decision, "event_time": {**text, "format": "date-time"}}
    error = {"code": text, "message": text, "value": {}, "remedy": text, "field": text, "row": {}}
    return {
        "Row": {
            "type": "object",
            "properties": properties,
            "required": [column.name for column in decoder.columns if decoder.required(column)],
            "description": "A nullable column may be left out. Names outside the contract are refused.",
        },
        "Answer": {"type": "object", "properties": answer},
        "Outcome": {"type": "object", "properties": outcome, "required": list(outcome)},
        "Error": {
            "type": "object",
            "properties": {"error": {"type": "object", "properties": error}},
        },
    }


def _decided(predictor: Predictor, decision: dict[str, Any]) -> dict[str, Any]:
    """The decisions of an answer: outcomes, and `review` where a person may be asked."""
    if without_review(predictor.scorer.spec.decision) == predictor.scorer.spec.decision:
        return decision
    words = {"description": f"{REVIEW}: a person decides."}
    return {**decision, "enum": [*decision["enum"], REVIEW], **words}


def _property(column: Column, filled: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "string"}
    if column.type.numeric:
        plain = {"type": "integer" if column.type is LogicalType.INTEGER else "number"}
    elif column.type is LogicalType.FLAG:
        plain = {"enum": [True, False, 1, 0, *flag_words(column)]}
    elif column.type is LogicalType.INSTANT:
        plain["format"] = "date-time"
    elif column.type is LogicalType.DAY:
        plain["format"] = "date"
    words = expectation(column)
    text = f"{words[0].upper()}{words[1:]}."
    if column.type.numeric and column.low is not None and column.high is not None:
        text += f" Training values lie between {column.low:g} and {column.high:g}."
    elif column.type is LogicalType.CATEGORY and column.vocabulary:
        shown = ", ".join(column.vocabulary[:12])
        text += f" Training values: {shown}{' and others' if len(column.vocabulary) > 12 else ''}."
    if filled:
        text += " Send all of the features or none: they are then filled in."
    if column.nullable:
        plain = {"anyOf": [plain, {"type": "null"}]}
    return {**plain, "description": text}
