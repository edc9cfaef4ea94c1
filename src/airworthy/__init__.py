"""Airworthy takes a machine-learning model from pilot to production and keeps it there, with the evidence.

>>> import airworthy as aw
>>> aw.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airworthy.adapters.remote import remote
    from airworthy.adapters.sandbox.model import load_untrusted
    from airworthy.assurance.plain import check
    from airworthy.workspace.api import audit, open, repair
    from airworthy.workspace.forecasting import forecast
    from airworthy.workspace.foreseeing import foresee
    from airworthy.workspace.linking import link
    from airworthy.workspace.mitigating import mitigate
    from airworthy.workspace.recommending import recommend
    from airworthy.workspace.training import train

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "audit",
    "check",
    "forecast",
    "foresee",
    "load_untrusted",
    "mitigate",
    "open",
    "recommend",
    "remote",
    "repair",
    "train",
]

_HOME = {
    "audit": "workspace.api",
    "check": "assurance.plain",
    "forecast": "workspace.forecasting",
    "foresee": "workspace.foreseeing",
    "load_untrusted": "adapters.sandbox.model",
    "link": "workspace.linking",
    "mitigate": "workspace.mitigating",
    "open": "workspace.api",
    "recommend": "workspace.recommending",
    "remote": "adapters.remote",
    "repair": "workspace.api",
    "train": "workspace.training",
}


def __getattr__(name: str) -> Any:
    """Load a function on first use: the command line's help must not import the field's libraries.

    Each from its own module: who trains need not carry what a server or a dossier needs.
    """
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.{_HOME[name]}"), name)
