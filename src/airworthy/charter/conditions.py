"""Conditions on one row of a table, such as `status = 'paid' and amount >= 10`: a small, strict grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from airworthy.kernel.errors import InputError

Literal = str | float | bool

_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|'(?P<text>(?:[^']|'')*)'"
    r"|`(?P<quoted>[^`]+)`|(?P<word>[^\W\d]\w*)|(?P<sign><=|>=|!=|[<>=(),]))"
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "null", "true", "false"})


class Sign(StrEnum):
    """How a column is held against values, or how conditions are joined."""

    EQUAL = "="
    UNEQUAL = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    IN = "in"
    IS_NULL = "is null"
    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True)
class Condition:
    """A column held against `values`, or `parts` joined by and, or, not."""

    sign: Sign
    column: str | None = None
    values: tuple[Literal, ...] = ()
    parts: tuple[Condition, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in it, each once, as they come."""
        inner = [name for part in self.parts for name in part.columns]
        return tuple(dict.fromkeys(inner if self.column is None else [self.column]))


def parse_condition(text: str) -> Condition:
    """Read a condition. Texts stand in single quotes, names with blanks in backticks.

    Raises
    ------
    InputError : anything else, with the place that cannot be read.

    >>> found = parse_condition("status in ('paid', 'sent') and not amount < 10")
    >>> found.sign.value, found.columns, found.parts[0].values
    ('and', ('status', 'amount'), ('paid', 'sent'))
    """
    return _Reader(text, list(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong(text, f"{text[at:].strip()[:20]!r} cannot be read")
        kind = str(found.lastgroup)
        word = found[kind]
        if kind == "word" and word.casefold() in _WORDS:
            kind, word = "key", word.casefold()
        yield ("name" if kind in ("word", "quoted") else kind), word
        at = found.end()


class _Reader:
    """From left to right; `not` binds before `and`, `and` before `or`."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self._text, self._tokens, self._at = text, tokens, 0

    def whole(self) -> Condition:
        found = self._joined(Sign.OR)
        if self._at < len(self._tokens):
            raise _wrong(self._text, f"{self._tokens[self._at][1]!r} stands where none belongs")
        return found

    def _joined(self, sign: Sign) -> Condition:
        inner = self._part if sign is Sign.AND else lambda: self._joined(Sign.AND)
        parts = [inner()]
        while self._take("key", sign):
            parts.append(inner())
        return parts[0] if len(parts) == 1 else Condition(sign, parts=tuple(parts))

    def _part(self) -> Condition:
        if self._take("key", "not"):
            return Condition(Sign.NOT, parts=(self._part(),))
        if self._take("sign", "("):
            inner = self._joined(Sign.OR)
            self._expect("sign", ")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        kind, column = self._next()
        if kind != "name":
            raise _wrong(self._text, f"{column!r} stands where a column belongs")
        if self._take("key", "is"):
            negated = self._take("key", "not")
            self._expect("key", "null")
            empty = Condition(Sign.IS_NULL, column)
            return Condition(Sign.NOT, parts=(empty,)) if negated else empty
        if self._take("key", "in"):
            return Condition(Sign.IN, column, self._list())
        kind, word = self._next()
        if kind != "sign" or word in "(),":
            raise _wrong(self._text, f"{word!r} stands where a comparison belongs")
        return Condition(Sign(word), column, (self._literal(),))

    def _list(self) -> tuple[Literal, ...]:
        self._expect("sign", "(")
        values = [self._literal()]
        while self._take("sign", ","):
            values.append(self._literal())
        self._expect("sign", ")")
        return tuple(values)

    def _literal(self) -> Literal:
        kind, word = self._next()
        if kind == "number":
            return float(word)
        if kind == "text":
            return word.replace("''", "'")
        if kind == "key" and word in ("true", "false"):
            return word == "true"
        raise _wrong(self._text, f"{word!r} stands where a value belongs; texts stand in single quotes")

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _wrong(self._text, "it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, word: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == (kind, word)
        self._at += found
        return found

    def _expect(self, kind: str, word: str) -> None:
        if not self._take(kind, word):
            raise _wrong(self._text, f'"{word}" is missing')


def _wrong(text: str, why: str) -> InputError:
    return InputError(
        f'"{text.strip()}" is no condition: {why}.',
        value=text,
        remedy="Write for example \"status = 'paid'\", \"amount >= 10 and channel in ('web', 'app')\" or "
        '"returned_at is null".',
    )
