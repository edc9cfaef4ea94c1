"""What a setting is called: a key where the charter is a file, an argument where a call made the charter."""

from __future__ import annotations

from pathlib import Path

from airworthy.charter.model import Charter


def called(charter: Charter, key: str, argument: str) -> str:
    """The words for one setting, or for one way out, that whoever gave `charter` can follow.

    >>> from airworthy.charter.model import Target, Task
    >>> of_call = Charter("table", "", Task.BINARY, Target("y"), (), Path(), "")
    >>> called(of_call, "data.exclude in airworthy.toml", "exclude=[...]")
    'exclude=[...]'
    """
    return key if charter.path != Path() else argument
