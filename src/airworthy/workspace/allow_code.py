"""A model that is code: opened in the sandbox where a person allowed exactly its file, and written down."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

from airworthy.adapters.open_registry import DATABASE, open_registry
from airworthy.adapters.sandbox.confine import Protection
from airworthy.adapters.sandbox.model import SandboxedModel, load_untrusted
from airworthy.adapters.sandbox.process import SandboxFailed
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.home import HOME


@dataclass(frozen=True)
class Allowance:
    """Which file's code a person allowed to run, by its digest, and whether on a machine that protects less.

    `person` is their name in the ledger; the login name without one.
    """

    digest: str
    weak: bool = False
    person: str | None = None


def open_allowed(path: Path, allowance: Allowance, place: Path) -> SandboxedModel:
    """The model at `path` in its sandbox; the ledger of a workspace in `place` says who allowed it.

    Raises what `load_untrusted` raises, and `WorkspaceError` where there is a ledger that cannot be written.
    """
    home = place.resolve() / HOME
    try:
        model = load_untrusted(path, allow=allowance.digest, allow_weak_sandbox=allowance.weak)
    except SandboxFailed:  # its code ran, as far as it came
        _write_down(home, path, allowance, ())
        raise
    _write_down(home, path, allowance, model.missing)
    return model


def _write_down(home: Path, path: Path, allowance: Allowance, missing: tuple[Protection, ...]) -> None:
    if not (home / DATABASE).exists():
        return
    registry = open_registry(home, SystemClock(), actor=allowance.person or getpass.getuser())
    text = f"Allowed the code of {path.name} to run in the sandbox."
    if missing:
        named = ", ".join(protection.name.lower() for protection in missing)
        text += f" This machine lacks protections: {named}."
    try:
        registry.note(text, about=allowance.digest)
    finally:
        closing = getattr(registry.store, "close", None)
        if closing is not None:
            closing()
