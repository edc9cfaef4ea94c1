"""How servers of models are spoken to: Airworthy's own, MLflow's, and plain lists of records."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from airworthy.adapters.remote_answers import Said, read_answers
from airworthy.adapters.remote_channel import ServerFailed
from airworthy.adapters.remote_rows import Rows

LISTS = ("predictions", "scores", "outputs", "results", "data")
"""Keys under which servers put their list of answers."""


class Format(Protocol):
    """One way to send rows and to read answers."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> str:
        """Of the host, where rows are sent."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that the server says it reads; empty where it does not say."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """(other, event), where the server names two."""
        ...

    @property
    def most_rows(self) -> int | None:
        """Rows that one request may hold, where the server says so."""
        ...

    def body(self, rows: Rows) -> bytes: ...
    def headers(self) -> Mapping[str, str]: ...
    def read(self, document: object, rows: int, start: int) -> Said: ...


def encoded(document: object) -> bytes:
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Records:
    """A list of objects, answered by a list, or by an object that holds one."""

    path: str
    answer: str | None = None
    inputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    most_rows: int | None = None
    name: str = "records"

    def body(self, rows: Rows) -> bytes:
        return encoded(rows.records())

    def headers(self) -> Mapping[str, str]:
        return {}

    def read(self, document: object, rows: int, start: int) -> Said:
        return read_answers(_list_in(document), rows, start, self.answer)


@dataclass(frozen=True)
class MlflowServer(Records):
    """`/invocations` of an MLflow model server: a table in its `split` form, or a matrix without names."""

    name: str = "mlflow"

    def body(self, rows: Rows) -> bytes:
        if rows.named:
            data = [list(row) for row in rows.cells()]
            return encoded({"dataframe_split": {"columns": rows.names, "data": data}})
        wide = len(rows.names) > 1 or rows.names != ["text"]
        return encoded({"inputs": [list(row) if wide else row[0] for row in rows.cells()]})


@dataclass(frozen=True)
class MlflowRecords(Records):
    """The same in the form of records, for servers that read no other."""

    name: str = "mlflow-records"

    def body(self, rows: Rows) -> bytes:
        return encoded({"dataframe_records": rows.records()})


@dataclass(frozen=True)
class AirworthyServer(Records):
    """`/v1/predict` of `airworthy serve`, whose contract is its OpenAPI document."""

    most_rows: int | None = 1_000
    name: str = "airworthy"

    @classmethod
    def of(cls, path: str, openapi: Mapping[str, Any]) -> AirworthyServer:
        """What the server's own document says: its inputs, and its two classes."""
        schemas = openapi.get("components", {}).get("schemas", {})
        properties = schemas.get("Row", {}).get("properties", {})
        outcome = schemas.get("Outcome", {}).get("properties", {}).get("outcome", {})
        inputs = tuple(name for name in properties if name != "request_id")
        return cls(path, inputs=inputs, classes=tuple(map(str, outcome.get("enum", ()))))

    def headers(self) -> Mapping[str, str]:
        """A request id by which the owner of the server can tell these rows in the prediction log."""
        return {"X-Request-Id": f"airworthy-check-{os.urandom(8).hex()}"}

    def read(self, document: object, rows: int, start: int) -> Said:
        found = document if isinstance(document, list) else [document]
        for place, item in enumerate(found):
            if isinstance(item, dict) and item.get("mode") == "fallback":
                raise ServerFailed(
                    f"The server decides data row {start + place + 1:,} by its fallback rule, without score.",
                    value=str(item.get("note") or item.get("version")),
                    remedy="Let its owner switch the model on again: airworthy switch",
                )
        return read_answers(document, rows, start, self.answer)


def _list_in(document: object) -> object:
    if isinstance(document, dict):
        return next((document[key] for key in LISTS if isinstance(document.get(key), list)), document)
    return document
