"""What the calls on bare tables ask of their arguments, before anything is read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from airworthy.charter.model import LearnerKind
from airworthy.kernel.errors import InputError


def require_limit(seconds: float) -> None:
    """Raise `InputError` unless `seconds` can be a limit."""
    if not (math.isfinite(seconds) and seconds > 0):
        raise InputError(
            f"seconds = {seconds:g} is no time limit.",
            value=seconds,
            remedy="Give the seconds that the whole call may take, such as 60.",
        )


def require_share(argument: str, share: float | None) -> None:
    """Raise `InputError` unless `share` lies between 0 and 1, or is None."""
    if share is not None and not 0 < share < 1:
        raise InputError(
            f"{argument} = {share:g} is no share of outcomes.",
            value=share,
            remedy="Give a number between 0 and 1, such as 0.9.",
        )


def kinds_of(learners: Sequence[str] | str) -> tuple[LearnerKind, ...] | None:
    """The named kinds, None of none; `InputError` for a name that is no kind."""
    names = (learners,) if isinstance(learners, str) else tuple(learners)
    known = [str(kind) for kind in LearnerKind]
    if unknown := [name for name in names if name not in known]:
        raise InputError(
            f'learners names "{unknown[0]}", which is not known.',
            value=unknown[0],
            remedy=f"Write some of: {', '.join(known)}.",
        )
    return tuple(LearnerKind(name) for name in names) or None
