"""Where each key of a TOML text stands: `tomllib` gives values without lines, and errors need lines."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""Keys and list positions from the top: `("sources", 0, "path")`."""

_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|[A-Za-z0-9_-]+')
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_BARE = re.compile(r"[^,\]}\n#]+")


def locate_keys(text: str) -> dict[Path, int]:
    """1-based line of every key and list element in `text`, which `tomllib` has already accepted.

    Parameters
    ----------
    text : TOML 1.0 with `\\n` line ends (https://toml.io/en/v1.0.0).

    >>> locate_keys('a = 1\\n[[t]]\\nb = [\\n 2,\\n 3]\\n')[("t", 0, "b", 1)]
    5
    """
    return _Locator(text).run()


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """Line of `path`, else of the nearest table or key around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


class _Locator:
    """Walks a valid TOML text once; only structure matters, values are skipped."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}  # arrays of tables: elements so far

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_SKIP) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _mark(self, path: Path, start: int) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, start) + 1)

    def _header(self) -> Path:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        names = self._dotted()
        self.at += 2 if many else 1
        path = (*self._resolve(names[:-1]), names[-1])
        if many:
            self._mark(path, start)
            self.sizes[path] = self.sizes.get(path, -1) + 1
            path = (*path, self.sizes[path])
        else:
            path = self._resolve(names)
        self._mark(path, start)
        return path

    def _resolve(self, names: list[str]) -> Path:
        """A header's names point into the newest element of each array of tables on the way."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.sizes:
                path = (*path, self.sizes[path])
        return path

    def _dotted(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            start = self.at
            self._skip(_KEY)
            names.append(_unquote(self.text[start : self.at]))
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for name in self._dotted():
            path = (*path, name)
            self._mark(path, start)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        else:
            self._skip(_STRING if opening in "\"'" else _BARE)

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self.text[self._skip(_SKIP)] != "]":
            self._mark((*path, index), self.at)
            self._value((*path, index))
            index += 1
            if self.text[self._skip(_SKIP)] == ",":
                self.at += 1
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self.text[self._skip(_SKIP)] != "}":
            self._pair(path)
            if self.text[self._skip(_SKIP)] == ",":
                self.at += 1
        self.at += 1


def _unquote(name: str) -> str:
    if name.startswith("'"):
        return name[1:-1]
    if name.startswith('"'):
        # A quoted key has the escapes of JSON, save \U and \e, which no column name of ours needs.
        return name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return name
