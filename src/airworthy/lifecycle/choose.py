"""A person's choice from a version's menu: another candidate of the same run, through the same stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airworthy.data.local_files import bytes_digest
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.run import run_charter
from airworthy.lifecycle.training import Choice
from airworthy.model.menu_limits import not_on_menu


def menu_of(context: Context, version: str | None = None) -> dict[str, Any]:
    """The menu of a version, by default of the newest.

    Raises `InputError` when there is no version, or an earlier release made it without a menu.
    """
    versions = context.registry.versions()
    if version is None and not versions:
        raise InputError("There is no version yet.", value="", remedy="Make one: airworthy run")
    name = versions[-1].version if version is None else version
    evidence = context.registry.evidence(name)
    if evidence.get("lists"):
        raise InputError(
            f"{name} has no menu: what orders its lists is chosen on later windows, not by a person.",
            value=name,
            remedy=f"The dossier shows every way that was tried: airworthy dossier {name}",
        )
    menu: Mapping[str, Any] | None = evidence.get("menu")
    if menu is None:
        raise InputError(
            f"{name} has no menu: an earlier release of Airworthy made it.",
            value=name,
            remedy="Run `airworthy run`, which measures every candidate.",
        )
    return {"version": name, **menu, "choice": evidence.get("choice")}


def choose_candidate(context: Context, version: str, candidate: str, reason: str) -> dict[str, Any]:
    """Make a version of another candidate on the menu of `version`; its document, as `run_charter` gives it.

    Raises
    ------
    InputError
        It is not on the menu, may not be chosen or is not kept; or the charter or the data changed since.
    """
    menu = menu_of(context, version)
    offers = {offer["name"]: offer for offer in menu["offers"]}
    if candidate not in offers:
        raise not_on_menu(candidate, [name for name, offer in offers.items() if not _barred(offer)])
    if not reason.strip():
        raise InputError(
            "A choice needs a reason: the next person will ask for it.",
            value=reason,
            remedy='Add it: --reason "Every reason can be read".',
        )
    if candidate == menu["chosen"]:
        raise InputError(
            f"{version} is {candidate} already.",
            value=candidate,
            remedy=f"Next: airworthy promote {version} --stage staging",
        )
    _require_same_world(context, version)
    offer = offers[candidate]
    choice = Choice(version, candidate, menu["recommended"], reason.strip(), context.actor, offer["digest"])
    return run_charter(context, choice)


def _barred(offer: Mapping[str, Any]) -> bool:
    return bool(offer["refused"] or offer["beyond"])


def _require_same_world(context: Context, version: str) -> None:
    """A menu holds for the charter and the data that it was measured under."""
    evidence = context.registry.evidence(version)
    if evidence["charter"]["digest"] != context.charter.digest:
        raise InputError(
            f"airworthy.toml has changed since {version} was made, so its menu no longer holds.",
            value=version,
            remedy="Run `airworthy run` and choose from the new version.",
        )
    declared = {source.name: source for source in context.charter.sources}
    for source in evidence["dataset"]["sources"]:
        if bytes_digest(declared[source["name"]], context.charter) != source["sha256"]:
            raise InputError(
                f"{source['path']} has changed since {version} was made, so its menu no longer holds.",
                value=source["path"],
                remedy="Run `airworthy run` and choose from the new version.",
            )
