"""The systemd unit that starts the watch at boot, with the options that a person gave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from airworthy.guarding.machine.terms import MachineAsked

STATE = "/var/lib/airworthy"
"""Where its accounts lie: `StateDirectory` of the unit; `airworthy spend` reads them there."""
_NAMES = {"excepted": "except"}


def unit(asked: MachineAsked, program: str) -> str:
    """The unit's text.

    Parameters
    ----------
    program : path of `airworthy`.

    >>> text = unit(MachineAsked(allow="4h", excepted=("my app",)), "/opt/bin/airworthy")
    >>> text.partition("bin/airworthy ")[2].partition(" --charter")[0]
    'guard --machine --allow 4h --rule report --except "my app"'
    """
    words = [program, "guard", "--machine", *_options(asked), "--charter", STATE]
    command = " ".join(map(quoted, words))
    text = resources.files("airworthy.guarding").joinpath("airworthy-guard.service").read_text("utf-8")
    return re.sub(r"(?m)^ExecStart=.*$", lambda _: f"ExecStart={command}", text)


def _options(asked: MachineAsked) -> Iterator[str]:
    for name, value in vars(asked).items():
        option = "--" + _NAMES.get(name, name).replace("_", "-")
        for word in value if isinstance(value, tuple) else (value,):
            if word is not None:
                yield from (option, str(word))


def quoted(word: str) -> str:
    """A word as systemd reads it back: `%` and `$` mean something to it, and so do quotes and blanks.

    >>> quoted("5%"), quoted("a b"), quoted('$HOME"')
    ('5%%', '"a b"', '"$$HOME\\\\""')
    """
    plain = word.replace("%", "%%").replace("$", "$$")
    if re.fullmatch(r"[\w%./:@+=,-]+", plain):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
