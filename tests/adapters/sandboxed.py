"""Hostile model files for the tests of the sandbox: each is code that runs when it is unpickled."""

from __future__ import annotations

import pickle
from pathlib import Path

from airworthy.adapters.sandbox.confine import NEEDED
from airworthy.adapters.sandbox.model import SandboxedModel, WeakSandbox, load_untrusted
from airworthy.kernel.digest import digest_file

__all__ = ["NEEDED", "hostile", "opened", "why_weak"]


class _Code:
    """Unpickled, it runs `source`, and is whatever that calls `model`."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, (f"(lambda names: exec({self.source!r}, names) or names['model'])({{}})",)


def hostile(folder: Path, source: str, name: str = "model.pkl") -> Path:
    """A pickle in `folder` that is `source`."""
    path = folder / name
    path.write_bytes(pickle.dumps(_Code(source)))
    return path


def opened(path: Path, **settings: object) -> SandboxedModel:
    """The file in its sandbox, as a person allowed it."""
    return load_untrusted(path, allow=digest_file(path), **settings)  # type: ignore[arg-type]


def why_weak(folder: Path) -> str:
    """What this machine lacks to run the tests of the sandbox; empty where it has all."""
    folder.mkdir(exist_ok=True)
    try:
        model = opened(hostile(folder, "model = len"))
    except WeakSandbox as error:
        return str(error.value)
    model.close()
    return ", ".join(protection.name.lower() for protection in model.missing)
