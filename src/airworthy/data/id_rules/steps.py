"""One step of a rule over a whole column of IDs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from airworthy.charter.id_steps import LONGEST_NUMBER, IdStep, Verb, pieces_of
from airworthy.data.id_rules.check_digits import check_of
from airworthy.data.keys import ZEROS

_SIGN = r"[^\p{L}0-9]"
_NUMBER = rf"^[0-9]{{1,{LONGEST_NUMBER}}}$"
_DASHES = "[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]"
_UNSEEN = "[\u200b-\u200f\u2028\u2029\u2060\ufeff]"
_EXPONENT = r"^([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})$"
_HEX_DIGITS, _BASE36_DIGITS = 15, 12


def after(keys: pl.Series, steps: Iterable[IdStep]) -> pl.Series:
    """IDs after all steps, one after the other; null where a step has no answer for an ID.

    >>> from airworthy.charter.id_steps import parse_step
    >>> after(pl.Series(["C-42", "43"]), [parse_step("remove prefix 'C-'"), parse_step("pad to 4")]).to_list()
    ['0042', '0043']
    """
    for step in steps:
        keys = _DOES[step.verb](keys, step)
    return keys


def _expressed(make: Callable[[pl.Expr, IdStep], pl.Expr]) -> Callable[[pl.Series, IdStep], pl.Series]:
    """A step that is one expression."""
    return lambda keys, step: (
        keys.to_frame("id").select(make(pl.col("id"), step)).to_series().rename(keys.name)
    )


def _plain(key: pl.Expr, step: IdStep) -> pl.Expr:
    dashes = key.str.normalize("NFKC").str.replace_all(_DASHES, "-")
    return dashes.str.replace_all(_UNSEEN, "").str.strip_chars()


def _without(key: pl.Expr, step: IdStep) -> pl.Expr:
    return key.str.replace_many(list(step.texts[0]), [""] * len(step.texts[0]))


def _without_prefix(key: pl.Expr, step: IdStep) -> pl.Expr:
    made = key
    for text in sorted(step.texts, key=len):  # the last to decide is the longest
        made = pl.when(key.str.starts_with(text)).then(key.str.strip_prefix(text)).otherwise(made)
    return made


def _without_suffix(key: pl.Expr, step: IdStep) -> pl.Expr:
    made = key
    for text in sorted(step.texts, key=len):
        made = pl.when(key.str.ends_with(text)).then(key.str.strip_suffix(text)).otherwise(made)
    return made


def _plus(key: pl.Expr, step: IdStep) -> pl.Expr:
    whole = pl.when(key.str.contains(_NUMBER)).then(key).cast(pl.Int64, strict=False)
    moved = whole + (step.number if step.verb is Verb.ADD else -step.number)
    return pl.when(moved >= 0).then(moved).cast(pl.String)


def _dropped_check(keys: pl.Series, step: IdStep) -> pl.Series:
    size = 2 if step.texts[0] == "mod 97" else 1
    bodies = keys.str.head(keys.str.len_chars().cast(pl.Int64) - size)
    right = check_of(bodies, step.texts[0]) == keys.str.tail(size).str.to_uppercase()
    return bodies.zip_with(right.fill_null(value=False), pl.Series([None], dtype=pl.String)).rename(keys.name)


def _added_check(keys: pl.Series, step: IdStep) -> pl.Series:
    return keys + check_of(keys, step.texts[0])


def _reordered(key: pl.Expr, step: IdStep) -> pl.Expr:
    pieces = pieces_of(*step.texts)
    return pl.when(key.str.contains(pieces.pattern)).then(key.str.replace(pieces.pattern, pieces.put))


def _to_decimal(base: int, digits: int, signs: str) -> Callable[[pl.Expr, IdStep], pl.Expr]:
    def made(key: pl.Expr, step: IdStep) -> pl.Expr:
        fits = pl.when(key.str.contains(rf"^[{signs}]{{1,{digits}}}$")).then(key)
        return fits.str.to_integer(base=base, strict=False).cast(pl.String)

    return made


def _uuid(key: pl.Expr, step: IdStep) -> pl.Expr:
    bare = key.str.to_lowercase().str.replace("^urn:uuid:", "").str.replace_all("[{}()-]", "")
    return pl.when(bare.str.contains("^[0-9a-f]{32}$")).then(bare)


def _look_alikes(key: pl.Expr, step: IdStep) -> pl.Expr:
    return key.str.replace_many(["O", "o", "I", "l", "i", "L"], ["0", "0", "1", "1", "1", "1"])


def _written_out(key: pl.Expr, step: IdStep) -> pl.Expr:
    first, rest, power = (key.str.extract(_EXPONENT, group) for group in (1, 2, 3))
    digits = first + rest.fill_null("")
    places = power.cast(pl.Int64, strict=False) + 1
    whole = (digits.str.len_chars().cast(pl.Int64) <= places).fill_null(value=False)
    zeros = (places - digits.str.len_chars().cast(pl.Int64)).clip(0)
    return pl.when(whole).then(digits + pl.lit("0").repeat_by(zeros).list.join("")).otherwise(key)


def _rounded(key: pl.Expr, step: IdStep) -> pl.Expr:
    """As a spreadsheet shows long numbers: so many digits, the rest zeros."""
    number = pl.when(key.str.contains(_NUMBER)).then(key).cast(pl.Int64, strict=False)
    digits = number.cast(pl.String).str.len_chars().cast(pl.Int64)
    unit = pl.lit(10, pl.Int64).pow((digits - step.number).clip(0)).cast(pl.Int64)
    return ((number + unit // 2) // unit * unit).cast(pl.String)


_DOES: Mapping[Verb, Callable[[pl.Series, IdStep], pl.Series]] = {
    Verb.PLAIN: _expressed(_plain),
    Verb.UPPER: _expressed(lambda key, step: key.str.to_uppercase()),
    Verb.LOWER: _expressed(lambda key, step: key.str.to_lowercase()),
    Verb.REMOVE: _expressed(_without),
    Verb.SIGNS: _expressed(lambda key, step: key.str.replace_all(_SIGN, "")),
    Verb.PREFIX: _expressed(_without_prefix),
    Verb.SUFFIX: _expressed(_without_suffix),
    Verb.ADD_PREFIX: _expressed(lambda key, step: step.texts[0] + key),
    Verb.ADD_SUFFIX: _expressed(lambda key, step: key + step.texts[0]),
    Verb.STRIP: _expressed(lambda key, step: key.str.replace_all(ZEROS, "${1}${2}")),
    Verb.PAD: _expressed(lambda key, step: key.str.pad_start(step.number, "0")),
    Verb.ADD: _expressed(_plus),
    Verb.SUBTRACT: _expressed(_plus),
    Verb.DROP_CHECK: _dropped_check,
    Verb.ADD_CHECK: _added_check,
    Verb.REORDER: _expressed(_reordered),
    Verb.HEX: _expressed(_to_decimal(16, _HEX_DIGITS, "0-9A-Fa-f")),
    Verb.BASE36: _expressed(_to_decimal(36, _BASE36_DIGITS, "0-9A-Za-z")),
    Verb.UUID: _expressed(_uuid),
    Verb.LOOKALIKES: _expressed(_look_alikes),
    Verb.EXPONENT: _expressed(_written_out),
    Verb.ROUND: _expressed(_rounded),
}
