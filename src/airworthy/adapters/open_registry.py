"""Opening a workspace's registry: database, blobs and ledger key, made at the first opening."""

from __future__ import annotations

import fcntl
import secrets
from contextlib import suppress
from pathlib import Path

from airworthy.adapters.keys import create_key, key_path, ledger_key_name, load_signer
from airworthy.adapters.local_blobs import LocalBlobs
from airworthy.adapters.sql_store import SqlStore
from airworthy.kernel.atomic import storage_error
from airworthy.kernel.errors import IntegrityError, WorkspaceError
from airworthy.kernel.ports import Clock
from airworthy.registry.registry import Registry

DATABASE = "airworthy.db"


def create_registry(workspace: Path, clock: Clock, *, actor: str = "", url: str | None = None) -> Registry:
    """The registry in `workspace` (the `.airworthy` folder), made when it is not there yet."""
    try:
        workspace.mkdir(parents=True, exist_ok=True)
        lock = (workspace / "init.lock").open("w")
    except OSError as error:
        raise storage_error(error, workspace) from error
    with lock:
        # Two first openings at once would make two keys for one ledger.
        fcntl.flock(lock, fcntl.LOCK_EX)
        registry = _open(workspace, clock, actor, url)
        if registry.store.head().size == 0:
            _create(registry)
    _recover(registry)
    return registry


def open_registry(workspace: Path, clock: Clock, *, actor: str = "", url: str | None = None) -> Registry:
    """The registry in `workspace`, and pointers that lag behind the ledger written again.

    Without the ledger's key on this computer it opens for reading only.

    Raises `WorkspaceError` when there is none.
    """
    if url is None and not (workspace / DATABASE).exists():
        raise WorkspaceError(
            f"There is no workspace in {workspace}.",
            value=str(workspace),
            remedy="Start one: airworthy init DATA.csv --target COLUMN, then airworthy run.",
        )
    registry = _open(workspace, clock, actor, url)
    if _store(registry).signer is not None:
        _recover(registry)
    return registry


def _recover(registry: Registry) -> None:
    """Bring pointers and dossiers that a killed process left behind up to the ledger."""
    # What is altered or missing stays as it is found: `verify` names it, and must be able to open.
    with suppress(IntegrityError):
        registry.recover()
    with suppress(IntegrityError):
        registry.restore_dossiers()


def _open(workspace: Path, clock: Clock, actor: str, url: str | None) -> Registry:
    store = SqlStore(url or f"sqlite:///{workspace / DATABASE}", None, clock)
    registry = Registry(store, LocalBlobs(workspace / "blobs"), clock, workspace, actor=actor)
    name = ledger_key_name(registry.workspace_id)
    if registry.workspace_id and key_path(name).exists():
        store.signer = load_signer(name)
    return registry


def _create(registry: Registry) -> None:
    # Only a first opening needs it, and it costs 20 ms. The package itself would import the workspace above.
    from importlib.metadata import version

    workspace_id = secrets.token_hex(8)
    signer = create_key(ledger_key_name(workspace_id))
    _store(registry).signer = signer
    registry.create_workspace(workspace_id, signer.key_id, version("airworthy"))


def _store(registry: Registry) -> SqlStore:
    assert isinstance(registry.store, SqlStore)
    return registry.store
