"""Libraries that others import for objects that the training process never hands them.

LightGBM, XGBoost and CatBoost import pandas, pyarrow and scikit-learn wherever these are installed: 140 MB of
a process that gives them arrays only (measured). Where they are not found, each of them does without; only a
compiled part of CatBoost asks for pandas all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
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
def loading(*names: str) -> Iterator[None]:
    """Find `names` again, for a learner that computes with them, while the block imports it.

    What it merely names is there by name: pandas as kinds of tables that nothing is (CatBoost and interpret
    ask whether their arrays are such), and `scipy.stats`, which scikit-learn imports for measures, from their
    first use on. 44 MB and 16 MB less (measured); nothing of it where nothing is hidden.
    """
    _hidden.difference_update(names)
    named = [_named_pandas()] if "pandas" in _hidden else []
    late = [_Late("scipy.stats")] if _hidden else []
    stand_ins = [made for made in (*named, *late) if made.__name__ not in sys.modules]
    sys.modules.update({made.__name__: made for made in stand_ins})
    try:
        yield
    finally:
        for made in stand_ins:
            if sys.modules.get(made.__name__) is made:
                del sys.modules[made.__name__]


def _named_pandas() -> ModuleType:
    """The kinds that are asked for; interpret, which finds none of its functions, does without them."""
    named = ModuleType("pandas")
    kinds = ("DataFrame", "Series", "CategoricalDtype", "StringDtype")
    vars(named).update({kind: type(kind, (), {}) for kind in kinds})
    return named


class _Late(ModuleType):
    """A module whose members are imported when one of them is first used."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Member(self.__name__, name)


class _Member:
    """A function or object of a module that is not loaded yet."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __call__(self, *given: object, **named: object) -> object:
        return self._true()(*given, **named)

    def __getattr__(self, name: str) -> object:
        return getattr(self._true(), name)

    def _true(self) -> Callable[..., object]:
        if isinstance(sys.modules.get(self._module), _Late):
            del sys.modules[self._module]
        found: Callable[..., object] = getattr(import_module(self._module), self._name)
        return found
