"""The composition root and the Python API of one workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airworthy.workspace.workspace import Workspace

__all__ = ["Workspace"]


def __getattr__(name: str) -> Any:
    """Import on first use: listing commands and pages must not load the field's libraries."""
    if name == "Workspace":
        from airworthy.workspace.workspace import Workspace

        return Workspace
    raise AttributeError(name)
