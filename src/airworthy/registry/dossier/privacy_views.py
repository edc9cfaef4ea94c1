"""Training with differential privacy in the evidence document, its sentences, and the account's rows."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

HEADS = ("Reservation", "Charter, run", "Epsilon", "Spent after it", "Of", "Rows", "Model")


class ReservationView(msgspec.Struct, frozen=True, kw_only=True):
    """What one fit spent; it counts whether or not a model came of it."""

    id: str
    run: str
    charter: str
    time: str
    by: str = ""
    epsilon: float
    delta: float
    total_epsilon: float
    spent_after: float
    rows: int
    units: int
    settled: bool = False
    artefact: str = ""


class AddedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The plain sum of epsilons and of deltas."""

    epsilon: float
    delta: float


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """What all fits told of the same people; `spent` holds at `delta`."""

    unit: str
    fits: int
    spent: float
    delta: float
    added_up: AddedUp
    total: float
    left: float
    reservations: tuple[ReservationView, ...] = ()


class PrivacyView(msgspec.Struct, frozen=True, kw_only=True):
    """What one model promised, and what the promise does not cover."""

    epsilon: float
    delta: float
    unit: str
    rows_per_unit: int = 1
    learned_rows: int
    measured_rows: int
    account: AccountView
    covered: tuple[str, ...] = ()
    without_noise: tuple[str, ...] = ()


def account_line(account: AccountView) -> str:
    """What is spent and what is left, in one sentence.

    >>> added = AddedUp(epsilon=2.0, delta=2e-6)
    >>> line = account_line(
    ...     AccountView(unit="row", fits=2, spent=1.27, delta=1e-6, added_up=added, total=4.0, left=2.73)
    ... )
    >>> line.partition("; ")[0]
    '2 fits on these people spent epsilon 1.27 of 4 (delta 1e-06)'
    >>> line.partition("; ")[2]
    '2.73 is left. Added up plainly: 2 (delta 2e-06).'
    """
    made = "1 fit" if account.fits == 1 else f"{account.fits} fits"
    return (
        f"{made} on these people spent epsilon {account.spent:.3g} of {account.total:g} (delta "
        f"{account.delta:g}); {account.left:.3g} is left. Added up plainly: {account.added_up.epsilon:g} "
        f"(delta {account.added_up.delta:g})."
    )


def account_rows(account: AccountView) -> Iterator[tuple[str, ...]]:
    """The account, a row a reservation, as `HEADS` name its cells."""
    for one in account.reservations:
        yield (
            f"{one.id}, {one.time[:10]}",
            f"{one.charter}, {one.run}",
            f"{one.epsilon:g}",
            f"{one.spent_after:.3g}",
            f"{one.total_epsilon:g}",
            f"{one.rows:,}",
            one.artefact.removeprefix("sha256:")[:12] if one.settled else "none came of it; it counts",
        )
