"""Everything wrong with one charter, gathered and told at once, each with its line and a way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from airworthy.charter.locate import Path, line_of
from airworthy.kernel.errors import CharterError


@dataclass(frozen=True)
class Problem:
    """One fault: where, what it says, the value, and what to write instead."""

    line: int | None
    message: str
    value: object
    remedy: str


@dataclass
class Problems:
    """Collects the faults of one file. `lines` says where each key stands."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, message: str, value: object, remedy: str) -> None:
        self.found.append(Problem(line_of(self.lines, path), message, value, remedy))

    def raise_if_any(self) -> None:
        """Raise one `CharterError` that lists every fault in line order."""
        if not self.found:
            return
        found = sorted(self.found, key=lambda problem: problem.line or 0)
        first = found[0]
        if len(found) == 1:
            where = f"{self.file}, line {first.line}" if first.line else self.file
            raise CharterError(
                f"{where}: {first.message}", value=first.value, remedy=first.remedy, line=first.line
            )
        listed = "\n".join(f"  {_where(p)}{p.message} {p.remedy}" for p in found)
        raise CharterError(
            f"{self.file} has {len(found)} faults:\n{listed}\n",
            value=first.value,
            remedy="Correct these lines and run it again.",
            line=first.line,
        )


def _where(problem: Problem) -> str:
    return f"line {problem.line}: " if problem.line else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A sentence that offers the nearest known word, or `otherwise`.

    >>> did_you_mean("churn", ["Churn", "tenure"])
    'Did you mean "Churn"?'
    """
    shapes: dict[str, str] = {}
    for name in known:
        shapes.setdefault(_shape(name), name)
    close = difflib.get_close_matches(_shape(word), shapes, n=1, cutoff=0.6)
    return f'Did you mean "{shapes[close[0]]}"?' if close else otherwise


def _shape(word: str) -> str:
    """Case and separators are what people mistype first."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words for a sentence, cut after `most`.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    words = list(words)
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"


def dotted(path: Path) -> str:
    """A path as people write it, list positions counted from 1.

    >>> dotted(("sources", 0, "path"))
    'sources[1].path'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")
