"""The accounts of epsilon of one workspace, as a document and as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from airworthy.lifecycle.private import account_document
from airworthy.registry.dossier.privacy_views import AccountView, ReservationView, account_line
from airworthy.workspace.workspace import Workspace

NOTHING = (
    "No model was trained with differential privacy here. Declare [privacy] in airworthy.toml to train one: "
    "docs/how-to/train-privately.md."
)


def privacy_budget(place: Path) -> dict[str, Any]:
    """Every account of the workspace beside the charter at `place`.

    Raises `InputError` when there is no charter.
    """
    with Workspace.open(place) as workspace:
        accounts = workspace.context.registry.privacy_accounts()
        return {"accounts": [account_document(account) for account in accounts]}


def privacy_budget_text(document: Mapping[str, Any]) -> str:
    """The same for a terminal: what is spent, by which models, and what to do next."""
    accounts = msgspec.convert(document["accounts"], tuple[AccountView, ...])
    if not accounts:
        return NOTHING
    return "\n\n".join("\n".join(_account(account)) for account in accounts)


def _account(account: AccountView) -> list[str]:
    lines = [f"Each {account.unit} is protected. {account_line(account)}"]
    lines += [_reservation(one) for one in account.reservations]
    if any(not one.settled for one in account.reservations):
        lines.append(
            "A reservation without a model counts: the rows may have been read before it was stopped."
        )
    if account.left <= 0:
        lines.append("Nothing is left: serve the model that there is, or learn from other people.")
    else:
        lines.append("Next: airworthy run trains one more, and is refused where it would pass the total.")
    return lines


def _reservation(one: ReservationView) -> str:
    model = one.artefact.removeprefix("sha256:")[:12] if one.settled else "no model"
    return (
        f"  {one.id:4} {one.time[:10]}  {one.charter}, {one.run}: epsilon {one.epsilon:g} on {one.rows:,} "
        f"rows, {one.spent_after:.3g} of {one.total_epsilon:g} after it ({model})"
    )
