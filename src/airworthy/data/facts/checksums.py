"""Check digits of cards, accounts and national numbers, over whole columns of text."""

from __future__ import annotations

import polars as pl

_CARD_DIGITS, _IBAN_DIGITS, _PIECE = 19, 72, 9
_LETTERS = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
_DNI, _FOREIGN = "TRWAGMYFPDXBNJZSQVHLCKE", "XYZ"
_FINNISH, _IRISH = "0123456789ABCDEFHJKLMNPRSTUVWXY", "WABCDEFGHIJKLMNOPQRSTUV"


def digits_of(text: pl.Expr) -> pl.Expr:
    """What is left when all but digits is taken away."""
    return text.str.replace_all(r"\D", "")


def luhn(text: pl.Expr) -> pl.Expr:
    """Payment cards: from the right every second digit doubled, the digits' sum a multiple of 10 (ISO 7812).

    >>> pl.select(luhn(pl.lit("4539 1488 0343 6467")), b=luhn(pl.lit("4539 1488 0343 6468"))).row(0)
    (True, False)
    """
    digits = digits_of(text).str.zfill(_CARD_DIGITS)
    total = pl.lit(0)
    for place in range(_CARD_DIGITS):
        digit = digits.str.slice(place, 1).cast(pl.Int64, strict=False)
        if (_CARD_DIGITS - 1 - place) % 2:
            digit = digit * 2 - pl.when(digit > 4).then(9).otherwise(0)
        total = total + digit
    return (digits.str.len_chars() == _CARD_DIGITS) & (total % 10 == 0)


def mod_97(digits: pl.Expr) -> pl.Expr:
    """The remainder of a number of at most 72 digits, told as text.

    >>> pl.select(mod_97(pl.lit("100000000000000000000"))).item(), 10**20 % 97
    (73, 73)
    """
    padded = digits.str.zfill(_IBAN_DIGITS)
    rest = pl.lit(0, pl.Int64)
    for place in range(0, _IBAN_DIGITS, _PIECE):
        rest = (rest * 10**_PIECE + padded.str.slice(place, _PIECE).cast(pl.Int64, strict=False)) % 97
    return rest


def iban(text: pl.Expr) -> pl.Expr:
    """Bank accounts: country and check digits moved to the end, letters as 10 to 35, remainder 1 (ISO 13616).

    >>> pl.select(iban(pl.lit("NL91 ABNA 0417 1643 00")), b=iban(pl.lit("NL92 ABNA 0417 1643 00"))).row(0)
    (True, False)
    """
    plain = text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    moved = plain.str.slice(4) + plain.str.head(4)
    values = [str(10 + place) for place in range(len(_LETTERS))]
    return mod_97(moved.str.replace_many(_LETTERS, values)) == 1


def dni(text: pl.Expr) -> pl.Expr:
    """Spanish identity numbers: the letter follows from the remainder by 23; X, Y, Z before it are 0, 1, 2.

    >>> pl.select(dni(pl.lit("12345678Z")), b=dni(pl.lit("12345678A")), c=dni(pl.lit("X1234567L"))).row(0)
    (True, False, True)
    """
    plain = text.str.strip_chars().str.to_uppercase()
    first = plain.str.head(1).replace_strict(list(_FOREIGN), ["0", "1", "2"], default="")
    rest = (first + digits_of(plain)).cast(pl.Int64, strict=False) % len(_DNI)
    return plain.str.tail(1) == _letter(rest, _DNI)


def finnish(text: pl.Expr) -> pl.Expr:
    """Finnish personal codes: a day, a month, and the last sign by the remainder of the nine digits by 31.

    >>> pl.select(finnish(pl.lit("131052-308T")), b=finnish(pl.lit("131052-308U"))).row(0)
    (True, False)
    """
    first = digits_of(text.str.head(10))
    day, month = (first.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (0, 2))
    dated = day.is_between(1, 31) & month.is_between(1, 12)
    rest = first.cast(pl.Int64, strict=False) % len(_FINNISH)
    return dated & (text.str.slice(10, 1) == _letter(rest, _FINNISH))


def irish(text: pl.Expr) -> pl.Expr:
    """Irish personal numbers: digits weighted 8 to 2, a second letter by 9; the remainder by 23 is a letter.

    >>> pl.select(irish(pl.lit("1234567T")), b=irish(pl.lit("1234567FA")), c=irish(pl.lit("1234567U"))).row(0)
    (True, True, False)
    """
    total = pl.lit(0)
    for place in range(7):
        total = total + (8 - place) * text.str.slice(place, 1).cast(pl.Int64, strict=False)
    second = text.str.slice(8, 1).replace_strict(list(_IRISH), list(range(len(_IRISH))), default=0)
    return text.str.slice(7, 1) == _letter((total + 9 * second) % len(_IRISH), _IRISH)


def _letter(rest: pl.Expr, letters: str) -> pl.Expr:
    return rest.replace_strict(dict(enumerate(letters)), default=None, return_dtype=pl.String)


def french(text: pl.Expr) -> pl.Expr:
    """French social security numbers: 13 digits and the complement of their remainder by 97."""
    digits = digits_of(text)
    key = digits.str.slice(13, 2).cast(pl.Int64, strict=False)
    return 97 - mod_97(digits.str.head(13)) == key


def belgian(text: pl.Expr) -> pl.Expr:
    """Belgian national numbers: nine digits (births from 2000: a 2 before them) and their complement by 97.

    >>> pl.select(belgian(pl.lit("85.07.30-033.28"))).item()
    True
    """
    digits = digits_of(text)
    key, first = digits.str.slice(9, 2).cast(pl.Int64, strict=False), digits.str.head(9)
    return (97 - mod_97(first) == key) | (97 - mod_97("2" + first) == key)
