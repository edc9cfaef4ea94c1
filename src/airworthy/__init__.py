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
    from airworthy.assurance.changes import changes
    from airworthy.assurance.counterfactual.call import counterfactual
    from airworthy.assurance.counterfactual.recourse import recourse
    from airworthy.assurance.plain import check
    from airworthy.assurance.surrogate.call import surrogate
    from airworthy.workspace.api import audit, open, repair
    from airworthy.workspace.attacking import attack
    from airworthy.workspace.differences import data_diff
    from airworthy.workspace.explaining import explain
    from airworthy.workspace.feasibility import feasibility
    from airworthy.workspace.features import features
    from airworthy.workspace.forecasting import forecast
    from airworthy.workspace.foreseeing import foresee
    from airworthy.workspace.hardening import harden
    from airworthy.workspace.id_rules import id_rule
    from airworthy.workspace.linking import link
    from airworthy.workspace.mitigating import mitigate
    from airworthy.workspace.poisoning import poison
    from airworthy.workspace.privacy_probe import privacy
    from airworthy.workspace.private_curve import private_curve
    from airworthy.workspace.recommending import recommend
    from airworthy.workspace.stressing import stress
    from airworthy.workspace.training import train

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "attack",
    "audit",
    "changes",
    "check",
    "counterfactual",
    "data_diff",
    "explain",
    "feasibility",
    "features",
    "forecast",
    "foresee",
    "harden",
    "id_rule",
    "link",
    "load_untrusted",
    "mitigate",
    "open",
    "poison",
    "privacy",
    "private_curve",
    "recommend",
    "recourse",
    "remote",
    "repair",
    "stress",
    "surrogate",
    "train",
]

_HOME = {
    "attack": "workspace.attacking",
    "audit": "workspace.api",
    "changes": "assurance.changes",
    "check": "assurance.plain",
    "counterfactual": "assurance.counterfactual.call",
    "data_diff": "workspace.differences",
    "explain": "workspace.explaining",
    "features": "workspace.features",
    "feasibility": "workspace.feasibility",
    "forecast": "workspace.forecasting",
    "foresee": "workspace.foreseeing",
    "harden": "workspace.hardening",
    "id_rule": "workspace.id_rules",
    "link": "workspace.linking",
    "load_untrusted": "adapters.sandbox.model",
    "mitigate": "workspace.mitigating",
    "open": "workspace.api",
    "poison": "workspace.poisoning",
    "privacy": "workspace.privacy_probe",
    "private_curve": "workspace.private_curve",
    "recommend": "workspace.recommending",
    "recourse": "assurance.counterfactual.recourse",
    "remote": "adapters.remote",
    "repair": "workspace.api",
    "stress": "workspace.stressing",
    "surrogate": "assurance.surrogate.call",
    "train": "workspace.training",
}


def __getattr__(name: str) -> Any:
    """Load a function on first use: the command line's help must not import the field's libraries.

    Each from its own module: who trains need not carry what a server or a dossier needs.
    """
    if name not in _HOME:
        raise AttributeError(f"module 'airworthy' has no attribute {name!r}")
    return getattr(importlib.import_module(f"airworthy.{_HOME[name]}"), name)
