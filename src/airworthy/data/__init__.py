"""Data: from files and frames to one checked, typed, sealed and divided table."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.data.assembly import Assembled, assemble, assemble_ahead
    from airworthy.data.columns import columns_for_scoring
    from airworthy.data.contract import Conformed, Violation, conform, learn_contract
    from airworthy.data.digest import logical_digest
    from airworthy.data.frame import from_any
    from airworthy.data.join import JoinReport
    from airworthy.data.lexical import Note
    from airworthy.data.read import Read, read_file, read_table
    from airworthy.data.sealing import Seal, seal
    from airworthy.data.snapshot import Snapshot, open_snapshot, take_snapshot
    from airworthy.data.source import SourceReport
    from airworthy.data.split import Fold, Split, folds, split_development
    from airworthy.data.types import RESERVED, infer_type, infer_types

# Loaded on first use: listing check codes passes through this package and must not import Polars.
_HOME = {
    "Assembled": "assembly",
    "Conformed": "contract",
    "Fold": "split",
    "JoinReport": "join",
    "Note": "lexical",
    "RESERVED": "types",
    "Read": "read",
    "Seal": "sealing",
    "Snapshot": "snapshot",
    "SourceReport": "source",
    "Split": "split",
    "Violation": "contract",
    "assemble": "assembly",
    "assemble_ahead": "assembly",
    "columns_for_scoring": "columns",
    "conform": "contract",
    "folds": "split",
    "from_any": "frame",
    "infer_type": "types",
    "infer_types": "types",
    "learn_contract": "contract",
    "logical_digest": "digest",
    "open_snapshot": "snapshot",
    "read_file": "read",
    "read_table": "read",
    "seal": "sealing",
    "split_development": "split",
    "take_snapshot": "snapshot",
}

__all__ = [
    "RESERVED",
    "Assembled",
    "Conformed",
    "Fold",
    "JoinReport",
    "Note",
    "Read",
    "Seal",
    "Snapshot",
    "SourceReport",
    "Split",
    "Violation",
    "assemble",
    "assemble_ahead",
    "columns_for_scoring",
    "conform",
    "folds",
    "from_any",
    "infer_type",
    "infer_types",
    "learn_contract",
    "logical_digest",
    "open_snapshot",
    "read_file",
    "read_table",
    "seal",
    "split_development",
    "take_snapshot",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
