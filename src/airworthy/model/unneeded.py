"""Libraries that others import for objects that the training process never hands them.

LightGBM, XGBoost and CatBoost import pandas, pyarrow and scikit-learn wherever these are installed: 140 MB of
a process that gives them arrays only (measured). Where they are not found, each of them does without.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

UNNEEDED = ("pandas", "pyarrow", "sklearn", "dask", "matplotlib")

_hidden: set[str] = set()


class _Finder:
    """A finder that does not find what is hidden."""

    def __init__(self, finder: object) -> None:
        self._finder = finder

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name in _hidden:
            return None
        found: ModuleSpec | None = self._finder.find_spec(name, path, target)  # type: ignore[attr-defined]
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._finder, name)


def hide() -> None:
    """Find none of `UNNEEDED` in this process, as if they were not installed; what was imported stays."""
    _hidden.update(UNNEEDED)
    sys.meta_path[:] = [_Finder(finder) for finder in sys.meta_path]


def reveal(*names: str) -> None:
    """Find `names` again, for a learner that does compute with them."""
    _hidden.difference_update(names)
