"""What is live: all that serving may know of the registry.

`release/<stage>.json` points at a manifest blob; publishing a version or rolling back is one atomic rename.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import IntegrityError, WorkspaceError


class FallbackRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`column >= at_least` gives `decision`, else `otherwise`; without a column always `decision`."""

    decision: str | float
    column: str | None = None
    at_least: float | None = None
    otherwise: str | float | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One released version. Paths are relative to the workspace."""

    format: int = 1
    charter_name: str
    version: str  # "v3"
    digest: str  # of the artefact folder (kernel.digest.digest_tree)
    artefact: str  # folder with scorer.json and weights
    latency_seconds: float
    fallback: FallbackRule | None = None
    matures_after: float = 0.0
    entity: tuple[str, ...] = ()
    head: dict[str, str | int] = {}  # the signed ledger head at release
    caution: str = ""  # what tests of the reasons say against them


class Pointer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a stage serves now. `mode` is `model`, or `fallback` when monitoring switched the model off."""

    format: int = 1
    manifest: Manifest
    mode: str = "model"
    reason: str = ""
    seq: int = 0  # ledger entry that set it


def pointer_path(workspace: Path, stage: str = "production") -> Path:
    """Where the pointer of a stage lies."""
    return workspace / "release" / f"{stage}.json"


def write_pointer(workspace: Path, pointer: Pointer, stage: str = "production") -> None:
    """Make `pointer` live, atomically."""
    write_atomic(pointer_path(workspace, stage), msgspec.json.format(msgspec.json.encode(pointer)))


def read_pointer(workspace: Path, stage: str = "production") -> Pointer:
    """The live pointer. Raises `WorkspaceError` when nothing was released."""
    path = pointer_path(workspace, stage)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Pointer)
    except FileNotFoundError:
        raise WorkspaceError(
            f"Nothing is released to {stage} in {workspace}.",
            value=stage,
            remedy="Promote a version first: airworthy promote VERSION --stage production",
        ) from None
    except msgspec.DecodeError as error:
        raise IntegrityError(
            f"The release pointer {path} cannot be read: {error}.",
            value=str(path),
            remedy="Run `airworthy verify`, then `airworthy rollback` to write it again.",
        ) from error
