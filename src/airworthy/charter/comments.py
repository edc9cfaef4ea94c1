"""Reads the documentation of the charter's fields from the comments beside them, for schema and page."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cache


@cache
def field_docs(kind: type) -> dict[str, str]:
    """Comment by field name of a dataclass, empty where there is none.

    >>> from airworthy.charter.model import Promotion
    >>> field_docs(Promotion)["approvals"]
    "signatures of approvers, never the author's own"
    """
    source = textwrap.dedent(inspect.getsource(kind))
    lines = source.split("\n")
    body = ast.parse(source).body[0]
    docs: dict[str, str] = {}
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            end = lines[(node.end_lineno or 1) - 1][node.end_col_offset or 0 :]
            docs[node.target.id] = end.partition("#")[2].strip()
    return docs


def documented(kind: type, field: str) -> str:
    """The comment of one field.

    Raises `ValueError` when there is none.
    """
    doc = field_docs(kind).get(field, "")
    if not doc:
        raise ValueError(f"{kind.__name__}.{field} has no comment beside it")
    return doc
