"""Airworthy takes a machine-learning model from pilot to production and keeps it there, with the evidence.

>>> import airworthy as aw
>>> aw.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airworthy.workspace.api import audit, check, forecast, open, recommend, repair, train

__version__ = "0.1.0"
__all__ = ["__version__", "audit", "check", "forecast", "open", "recommend", "repair", "train"]


def __getattr__(name: str) -> Any:
    """Load the API on first use: the command line's help must not import the field's libraries."""
    if name in ("audit", "check", "forecast", "open", "recommend", "repair", "train"):
        from airworthy.workspace import api

        return getattr(api, name)
    raise AttributeError(f"module 'airworthy' has no attribute {name!r}")
