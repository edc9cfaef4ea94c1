"""The environment of a run: versions of what computes, and the kind of machine. No host name, no path."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("airworthy", "numpy", "polars", "lightgbm", "scikit-learn", "interpret-core", "scipy", "msgspec")


def environment() -> dict[str, object]:
    """What the dossier's audit path shows."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "packages": {name: found for name in PACKAGES if (found := _installed(name)) is not None},
    }


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None  # an extra that this installation lacks computed nothing
