"""Libraries that others import for objects that the training process never hands them.

LightGBM, XGBoost and CatBoost import pandas, pyarrow and scikit-learn wherever these are installed: 140 MB of
a process that gives them arrays only (measured). Where they are not found, each of them does without; only a
compiled part of CatBoost asks for pandas all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

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


@contextmanager
def pandas_by_name() -> Iterator[None]:
    """Where pandas is hidden, let it be imported as two kinds of tables that nothing is: 44 MB less."""
    if "pandas" not in _hidden or "pandas" in sys.modules:
        yield
        return
    named = ModuleType("pandas")
    vars(named).update({kind: type(kind, (), {}) for kind in ("DataFrame", "Series")})
    sys.modules["pandas"] = named
    try:
        yield
    finally:
        del sys.modules["pandas"]


def reveal(*names: str) -> None:
    """Find `names` again, for a learner that does compute with them."""
    _hidden.difference_update(names)
