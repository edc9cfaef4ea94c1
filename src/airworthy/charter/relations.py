"""Relations between columns that every changed row keeps: `total = net + tax`, `open <= credit_limit`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.errors import InputError

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`"
    r"|(?P<sign><=|>=|[-+*/()=]))"
)
_DOES: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
EQUAL, AT_MOST, AT_LEAST = "=", "<=", ">="


@dataclass(frozen=True)
class Sum:
    """A column, a number, or two of these joined by one of + - * /."""

    column: str | None = None
    number: float = 0.0
    sign: str | None = None
    parts: tuple[Sum, ...] = ()

    def of(self, columns: Mapping[str, Any]) -> Any:
        """Its value in every row; `columns` holds anything that computes, such as arrays."""
        if self.sign is not None:
            first, second = (part.of(columns) for part in self.parts)
            return _DOES[self.sign](first, second)
        return self.number if self.column is None else columns[self.column]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in it, each once, as they come."""
        inner = [name for part in self.parts for name in part.columns]
        return tuple(dict.fromkeys(inner if self.column is None else [self.column]))


@dataclass(frozen=True)
class Relation:
    """Two sums and how they compare; `text` as a person wrote it."""

    text: str
    left: Sum
    sign: str
    right: Sum

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in it, each once."""
        return tuple(dict.fromkeys((*self.left.columns, *self.right.columns)))

    @property
    def follows(self) -> str | None:
        """The column that the others give: the left side of an equality, where it is one column alone."""
        alone = self.sign == EQUAL and self.left.column is not None
        return self.left.column if alone and self.left.column not in self.right.columns else None


def parse_relation(text: str) -> Relation:
    """Read `total = net + tax`. Names with blanks stand in backticks: `` `net pay` <= 5000 ``.

    Raises
    ------
    InputError : it is no comparison of two sums by `=`, `<=` or `>=`, or names no column.

    >>> relation = parse_relation("total = net + 2 * tax")
    >>> relation.follows, relation.right.of({"net": 10.0, "tax": 3.0})
    ('total', 16.0)
    """
    tokens = list(_tokens(text))
    sides = [index for index, (kind, word) in enumerate(tokens) if kind == "sign" and word in "<=>="]
    if len(sides) != 1:
        raise _wrong(text, "it needs one of =, <= and >= between two sides")
    at = sides[0]
    left, right = (_Reader(text, part).all() for part in (tokens[:at], tokens[at + 1 :]))
    made = Relation(text.strip(), left, tokens[at][1], right)
    if not made.columns:
        raise _wrong(text, "it names no column")
    return made


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(text, f"{text[at:].strip()[:20]!r} cannot be read")
        kind = str(found.lastgroup)
        yield ("name" if kind == "quoted" else kind), found[kind]
        at = found.end()


class _Reader:
    """One side, read from left to right; products bind before sums."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self._text, self._tokens, self._at = text, tokens, 0

    def all(self) -> Sum:
        found = self._joined("+-", lambda: self._joined("*/", self._one))
        if self._at < len(self._tokens):
            raise _wrong(self._text, f"{self._tokens[self._at][1]!r} stands where none belongs")
        return found

    def _joined(self, signs: str, part: Callable[[], Sum]) -> Sum:
        found = part()
        while (sign := self._peek()) and sign[0] == "sign" and sign[1] in signs:
            self._at += 1
            found = Sum(sign=sign[1], parts=(found, part()))
        return found

    def _one(self) -> Sum:
        token = self._peek()
        if token is None:
            raise _wrong(self._text, "a side ends too early")
        self._at += 1
        kind, word = token
        if kind == "name":
            return Sum(column=word)
        if kind == "number":
            return Sum(number=float(word))
        if word == "-":
            return Sum(sign="-", parts=(Sum(), self._one()))
        if word != "(":
            raise _wrong(self._text, f"{word!r} stands where none belongs")
        inner = self._joined("+-", lambda: self._joined("*/", self._one))
        if self._peek() != ("sign", ")"):
            raise _wrong(self._text, "a bracket stays open")
        self._at += 1
        return inner

    def _peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _wrong(text: str, why: str) -> InputError:
    return InputError(
        f'"{text.strip()}" is no relation between columns: {why}.',
        value=text,
        remedy='Write for example "total = net + tax", "used <= limit" or "ratio = debt / income"; '
        "a name with blanks stands in backticks.",
    )
