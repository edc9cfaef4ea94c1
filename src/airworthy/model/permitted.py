"""Which kinds of models the charter lets be trained here."""

from __future__ import annotations

from importlib.util import find_spec

from airworthy.charter.model import READABLE, Charter, LearnerKind
from airworthy.charter.privacy_rules import kind_of
from airworthy.kernel.errors import InputError, MissingExtra
from airworthy.model.private.plan import require_installed

EXTRAS = {
    LearnerKind.ADDITIVE: ("interpret", "interpret-core", "explain"),
    LearnerKind.XGBOOST: ("xgboost", "xgboost-cpu", "boosters"),
    LearnerKind.CATBOOST: ("catboost", "catboost", "boosters"),
}
"""Module, package and extra of learners that are not always installed."""


def learners_of(charter: Charter) -> tuple[str, ...]:
    """Kinds to train, in the charter's order of simplicity.

    Raises `MissingExtra` when none of the kinds is installed, `InputError` when the limits leave none.
    """
    if charter.privacy is not None:
        kind = kind_of(charter)
        require_installed(kind)
        return (str(kind),)
    search = charter.search
    named = [
        kind
        for kind in LearnerKind
        if (search.learners is None or kind in search.learners) and (not search.readable or kind in READABLE)
    ]
    if not named:
        kinds = ", ".join(str(kind) for kind in search.learners or ())
        raise InputError(
            f"No kind of model is left: search.learners allows {kinds}, and search.readable none of them.",
            value=kinds,
            remedy=f"Allow one that can be read ({', '.join(str(kind) for kind in READABLE)}), or leave "
            "search.readable out.",
        )
    if not any(_is_installed(kind) for kind in named):
        _, package, extra = EXTRAS[named[0]]
        raise MissingExtra(package, extra)
    return tuple(str(kind) for kind in named)


def _is_installed(kind: LearnerKind) -> bool:
    return kind not in EXTRAS or find_spec(EXTRAS[kind][0]) is not None
