"""The steps that turn one table's IDs into another's: `remove prefix 'C-'`, `pad to 8`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.problems import did_you_mean

CHECK_DIGITS = ("luhn", "ean", "mod 10", "mod 11", "isbn-10", "mod 97", "verhoeff", "damm")
"""Ways of making check digits; `mod 97` makes two."""

LONGEST_NUMBER = 18
"""Digits of a number that is computed with: more do not fit 64 bits."""


class Side(StrEnum):
    """Whose IDs a step changes; nothing is written before those of the rows."""

    ROWS = "rows"
    SOURCE = "source"
    BOTH = "both"


class Verb(StrEnum):
    """What a step does."""

    PLAIN = "plain characters"
    UPPER = "upper case"
    LOWER = "lower case"
    REMOVE = "remove"
    SIGNS = "remove signs"
    PREFIX = "remove prefix"
    SUFFIX = "remove suffix"
    ADD_PREFIX = "add prefix"
    ADD_SUFFIX = "add suffix"
    STRIP = "strip zeros"
    PAD = "pad to"
    ADD = "add"
    SUBTRACT = "subtract"
    DROP_CHECK = "drop check digit"
    ADD_CHECK = "add check digit"
    REORDER = "reorder"
    HEX = "hex to decimal"
    BASE36 = "base 36 to decimal"
    UUID = "plain uuid"
    LOOKALIKES = "look-alikes as digits"
    EXPONENT = "write out exponents"
    ROUND = "round to digits"


@dataclass(frozen=True)
class IdStep:
    """One step: what it does, to whose IDs, and its texts or number.

    >>> str(IdStep(Verb.PREFIX, ("C-", "CUST/"))), str(IdStep(Verb.UPPER, side=Side.SOURCE))
    ("remove prefix 'C-' or 'CUST/'", 'source: upper case')
    """

    verb: Verb
    texts: tuple[str, ...] = ()
    number: int = 0
    side: Side = Side.ROWS

    def __str__(self) -> str:
        before = "" if self.side is Side.ROWS else f"{self.side}: "
        return before + self._bare()

    def _bare(self) -> str:
        quoted = ["'" + text.replace("'", "''") + "'" for text in self.texts]
        if self.verb in _CHECKED:
            return f"{self.verb} ({self.texts[0]})"
        if self.verb is Verb.REORDER:
            return f"reorder {quoted[0]} as {quoted[1]}"
        if self.verb is Verb.ROUND:
            return f"round to {self.number} digits"
        if self.verb in _COUNTED:
            return f"{self.verb} {self.number}"
        return f"{self.verb} {' or '.join(quoted)}" if quoted else str(self.verb)


_CHECKED = (Verb.DROP_CHECK, Verb.ADD_CHECK)
_COUNTED = (Verb.PAD, Verb.ADD, Verb.SUBTRACT)
_QUOTED = r"'(?:[^']|'')+'"
_SEVERAL = (Verb.PREFIX, Verb.SUFFIX)
_ONE = (Verb.REMOVE, Verb.ADD_PREFIX, Verb.ADD_SUFFIX)
_FORMS: Mapping[Verb, re.Pattern[str]] = {
    **{verb: re.compile(re.escape(str(verb))) for verb in Verb},
    **{verb: re.compile(rf"{verb} ({_QUOTED}(?: or {_QUOTED})*)") for verb in _SEVERAL},
    **{verb: re.compile(rf"{verb} ({_QUOTED})") for verb in _ONE},
    **{verb: re.compile(rf"{verb} (\d{{1,{LONGEST_NUMBER}}})") for verb in _COUNTED},
    **{verb: re.compile(rf"{verb} \(({'|'.join(CHECK_DIGITS)})\)") for verb in _CHECKED},
    Verb.REORDER: re.compile(rf"reorder ({_QUOTED}) as ({_QUOTED})"),
    Verb.ROUND: re.compile(r"round to (\d{1,2}) digits"),
}
_EXAMPLES = (
    "remove prefix 'C-'",
    "add prefix 'C-'",
    "pad to 8",
    "strip zeros",
    "upper case",
    "remove signs",
    "drop check digit (luhn)",
    "add 100000",
    "reorder '{1}-{2}' as '{2}/{1}'",
    *(str(verb) for verb in Verb if not _FORMS[verb].groups),
)


def parse_step(text: str) -> IdStep:
    """Read one step as it is written. Raises `BadValue`.

    >>> parse_step("source: remove prefix 'K' or 'KD'").texts
    ('K', 'KD')
    """
    side, colon, rest = text.partition(": ")
    chosen = Side(side) if colon and side in (Side.SOURCE, Side.BOTH) else Side.ROWS
    bare = rest if chosen is not Side.ROWS else text
    for verb, form in _FORMS.items():
        if match := form.fullmatch(bare.strip()):
            return _step(verb, match.groups(), chosen)
    near = did_you_mean(bare, _EXAMPLES, 'Write for example "remove prefix \'C-\'" or "pad to 8".')
    raise BadValue(f"{show(text)} is no step of a rule for IDs.", near)


def _step(verb: Verb, said: tuple[str, ...], side: Side) -> IdStep:
    if verb in _CHECKED:
        return IdStep(verb, said, side=side)
    if verb in _COUNTED or verb is Verb.ROUND:
        number = int(said[0])
        if verb in (Verb.PAD, Verb.ROUND) and not 1 <= number <= 64:
            raise BadValue(f"{number} digits are no length of an ID.", "Write 1 to 64.")
        return IdStep(verb, number=number, side=side)
    texts = tuple(one[1:-1].replace("''", "'") for part in said for one in re.findall(_QUOTED, part))
    if verb is Verb.REORDER:
        pieces_of(*texts)
    return IdStep(verb, texts, side=side)


_PIECE = re.compile(r"\{(\d)(?::(-?\d{1,2}))?\}")
_SIGN = "[A-Za-z0-9]"


@dataclass(frozen=True)
class Pieces:
    """A reordering as a regular expression and what to put for it."""

    pattern: str
    put: str


def pieces_of(found: str, put: str) -> Pieces:
    """`{1}-{2}` as `{2}/{1:-2}`: letters and digits between the signs, numbered as they come.

    `{1:4}` is four characters long; on the right, `{1:-2}` is the last two of a piece. Raises `BadValue`.

    >>> pieces_of("{1}-{2}", "{2}/{1}").put
    '${p2}/${p1}'
    """
    tails = {number: int(size) for number, size in _PIECE.findall(put) if size}
    numbers, used = ([number for number, _ in _PIECE.findall(text)] for text in (found, put))
    odd = any(sign in _PIECE.sub("", text) for text in (found, put) for sign in "{}")
    if odd or not used or set(used) - set(numbers) or numbers != [str(at + 1) for at in range(len(numbers))]:
        raise BadValue(
            f"'{found}' as '{put}' does not say how pieces are reordered.",
            "Number the pieces as they come: reorder '{1}-{2}' as '{2}/{1}'; {1:4} is four characters long, "
            "and {1:-2} on the right the last two of a piece.",
        )
    pattern, at = "^", 0
    for match in _PIECE.finditer(found):
        pattern += re.escape(found[at : match.start()]) + _group(match[1], match[2], tails.get(match[1]))
        at = match.end()
    return Pieces(pattern + re.escape(found[at:]) + "$", _PIECE.sub(_put, put))


def _group(number: str, width: str | None, tail: int | None) -> str:
    if tail is None:
        return f"(?P<p{number}>{_SIGN}{{{width}}})" if width else f"(?P<p{number}>{_SIGN}+)"
    before = f"{{{int(width) + tail}}}" if width else "*"
    return f"(?P<p{number}>{_SIGN}{before}(?P<e{number}>{_SIGN}{{{-tail}}}))"


def _put(match: re.Match[str]) -> str:
    return f"${{e{match[1]}}}" if match[2] else f"${{p{match[1]}}}"
