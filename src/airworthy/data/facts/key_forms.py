"""Keys of one kind that two systems write differently: "C-00123" in one source, "123" in the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import polars as pl

from airworthy.data.facts import Sample
from airworthy.data.facts.contents import KeyForm, KeyForms, KeyWriting
from airworthy.data.facts.key_respelled import respelled
from airworthy.data.facts.texts import each_once
from airworthy.data.facts.visit import ColumnView
from airworthy.data.keys import ZEROS, core
from airworthy.kernel.fact import Facts

MOST_SOURCES, MOST_COLUMNS = 12, 8
"""Values of a column that may name the system, and such columns that are tried, fewest values first."""

DIFFERENT = 20
"""Different keys that each way of writing must be seen in: grades and bands are no keys."""

PURE = 0.9
"""Share of a source's keys that must follow its form."""

PADDED, UNPADDED = 0.05, 0.005
"""Share of keys with a leading zero at least where keys are padded, and at most where they are not."""

TWINS, SHARE_OF_TWINS = 10, 0.2
"""Without a source: keys that stand in the column in both writings, and their share of the rarer one's."""

LEAST, LONGEST = 0.02, 40
"""Least share of the rows that a writing has; longer texts are no keys."""

_PROBE = 1_000
_NO_KEY = r" [Aa]|9[.,]9|[%$€£+@]"
"""Shapes of words, amounts, shares and addresses."""

_POINTED_KEY = r"^[0-9]{5,}\.0$"
"""A long whole number with ".0" behind it is no amount of money or size: it passed through a float."""

_PHONE = r"(?i)phone|mobile|telefon|(?:^|_)(?:tel|fax)(?:$|_)"
"""People write these numbers in many ways."""


@dataclass(frozen=True)
class _Form:
    """How one source writes: shape, the letters that all its keys share, and whether zeros fill them up."""

    group: str
    rows: int
    shape: str
    letters: str
    padded: bool | None
    width: int | None
    example: str

    @property
    def bare(self) -> str:
        """The shape without separators and case."""
        return "".join(letter for letter in self.shape.lower() if letter in "a9")


def answer(fact: KeyForms, view: ColumnView, facts: Facts) -> KeyWriting:
    """Looked for in the sample; the rows of each form are counted over all of the column."""
    values = view.rows - view.nulls
    sample: pl.DataFrame = facts[Sample()]
    texts = sample.select(pl.col(view.name).cast(pl.String).alias("value"))
    if not _holds_digits(texts["value"].drop_nulls().head(_PROBE)):
        return KeyWriting(values, keys=False)
    keys = told(texts)
    present = keys.filter(pl.col("value").is_not_null())
    if not _may_be_keys(present):
        return KeyWriting(values, keys=False)
    found = _by_source(keys, sample, fact.sources) or _without_source(view.name, present)
    if found is None:
        return KeyWriting(values)
    if sample.height < view.rows:
        present = told(each_once(view.values))
    return replace(found, values=values, other=present.height - _in_usual_form(found.forms, present))


def _in_usual_form(forms: Sequence[KeyForm], keys: pl.DataFrame) -> int:
    """Keys in the first form. Padded and plain keys may share a shape: the padded width tells them apart."""
    usual = forms[0]
    same = keys.filter(pl.col("shape") == usual.shape)
    if usual.width:
        return same.filter(pl.col("width") == usual.width).height
    padded = [form.width for form in forms if form.shape == usual.shape and form.width]
    return same.filter(~pl.col("width").is_in(padded)).height


def told(values: pl.DataFrame) -> pl.DataFrame:
    """Beside each value its shape (A, a, 9 for runs of capitals, small letters, digits), letters, zeros."""
    text = pl.col("value").str.strip_chars()
    shape = (
        text.str.replace_all("[0-9]+", "9").str.replace_all(r"\p{Lu}+", "A").str.replace_all(r"\p{Ll}+", "a")
    )
    return values.with_columns(
        shape.alias("shape"),
        text.str.replace_all(r"[^\p{L}]", "").str.to_uppercase().alias("letters"),
        text.str.contains(ZEROS).alias("zero"),
        text.str.len_chars().alias("width"),
        core(pl.col("value")).alias("core"),
    )


def _holds_digits(values: pl.Series) -> bool:
    return _share(values.str.contains("[0-9]")) >= PURE


def _may_be_keys(present: pl.DataFrame) -> bool:
    """Whether nearly all values hold digits, none is long, and few are words or amounts."""
    if present.height < 2 * DIFFERENT or present["width"].max() > LONGEST:  # type: ignore[operator]
        return False
    other = _share(present["shape"].str.contains(_NO_KEY) & ~present["value"].str.contains(_POINTED_KEY))
    return _holds_digits(present["value"]) and other <= 1 - PURE


def _share(flags: pl.Series) -> float:
    return int(flags.sum()) / len(flags) if len(flags) else 0.0


def _by_source(keys: pl.DataFrame, sample: pl.DataFrame, sources: Sequence[str]) -> KeyWriting | None:
    few = sorted((sample[name].n_unique(), name) for name in sources)
    for name in [name for n, name in few if 2 <= n <= MOST_SOURCES][:MOST_COLUMNS]:
        rows = keys.with_columns(sample[name].cast(pl.String).alias("by")).drop_nulls(["value", "by"])
        forms = [
            form for (_,), part in rows.partition_by("by", as_dict=True).items() if (form := _form(part))
        ]
        forms.sort(key=lambda form: (-form.rows, form.group))
        drops = [drop for pair in combinations(forms, 2) if (drop := _differ(*pair, rows)) is not None]
        if drops:
            shown = _of_one_key(forms, rows)
            return _writing(name, shown, "".join(sorted(set("".join(drops)))))
    return None


def _of_one_key(forms: Sequence[_Form], rows: pl.DataFrame) -> list[_Form]:
    """The forms with one and the same key as their example, where a key stands in all of them."""
    keys = rows.with_columns(pl.col("core").str.replace_all(r"\p{L}", "").alias("number"))
    parts = [keys.filter((pl.col("by") == form.group) & (pl.col("shape") == form.shape)) for form in forms]
    common = set.intersection(*(set(part["number"]) for part in parts))
    if not common:
        return list(forms)
    number = min(common)
    examples = (part.filter(pl.col("number") == number)["value"].min() for part in parts)
    return [replace(form, example=str(one)) for form, one in zip(forms, examples, strict=True)]


def _form(part: pl.DataFrame) -> _Form | None:
    """The one form that nearly all keys of a source follow; None where there are several, or too few."""
    if part["value"].n_unique() < DIFFERENT:
        return None
    shapes = part["shape"].value_counts(sort=True)
    shape, rows = shapes.row(0)
    if rows < PURE * part.height:
        return None
    inside = part.filter(pl.col("shape") == shape)
    letters, of_letters = inside["letters"].value_counts(sort=True).row(0)
    zero = _share(inside["zero"])
    width, of_width = inside["width"].value_counts(sort=True).row(0)
    fixed = int(width) if of_width >= PURE * inside.height else None
    padded = True if zero >= PADDED and fixed else (False if zero <= UNPADDED else None)
    return _Form(
        str(part["by"][0]),
        part.height,
        shape,
        letters if of_letters >= PURE * inside.height else "?",
        padded,
        fixed,
        str(inside["value"].mode().sort()[0]),
    )


def _differ(one: _Form, other: _Form, rows: pl.DataFrame) -> str | None:
    """The characters that reconcile two forms when left out; None where they agree, or are of two kinds."""
    if "9" not in one.bare or "9" not in other.bare:
        return None
    zeros = {one.padded, other.padded} == {True, False}
    signs = _signs(one.shape) != _signs(other.shape)
    if one.bare == other.bare:
        same = one.letters == other.letters or "?" in (one.letters, other.letters)
        written = one.shape != other.shape or (zeros and one.width != other.width)
        return _dropped(one, other, "") if same and written else None
    bare, named = sorted((one, other), key=lambda form: len(form.bare))
    if bare.bare != "9" or named.bare not in ("a9", "9a") or named.letters == "?":
        return None
    # A letter alone may tell kinds apart (C536379 cancels 536379): separators, zeros or twins must show too.
    if not (signs or zeros or _share_of_twins(rows, bare.group, named) >= SHARE_OF_TWINS):
        return None
    return _dropped(one, other, named.letters)


def _signs(shape: str) -> str:
    return "".join(letter for letter in shape if letter not in "Aa9")


def _dropped(one: _Form, other: _Form, letters: str) -> str:
    both = {*_signs(one.shape + other.shape), *letters, *letters.lower()}
    return "".join(sorted(both))


def _share_of_twins(rows: pl.DataFrame, bare: str, named: _Form) -> float:
    """Share of the named source's keys that the bare one holds too, the letters left out."""
    cores = rows.select("by", pl.col("core").str.replace_all(r"\p{L}", "").alias("core")).unique()
    theirs = cores.filter(pl.col("by") == named.group)["core"]
    mine = cores.filter(pl.col("by") == bare)["core"]
    room = max(1, int(mine.cast(pl.Int64, strict=False).max() or 1))  # type: ignore[arg-type]
    # Two systems that each count from one share numbers by chance: as many as the range is filled.
    chance = len(mine) / room
    return _share(theirs.is_in(mine.to_list())) - chance


def _writing(by: str, forms: Sequence[_Form], drop: str) -> KeyWriting:
    zeros = any(form.padded for form in forms)
    plain = any(form.padded is False for form in forms)
    shown = tuple(
        KeyForm(
            form.group, form.shape, form.rows, form.example, (form.width or 0) if form.padded and plain else 0
        )
        for form in forms
    )
    return KeyWriting(0, by=by, forms=shown, drop=drop, zeros=zeros and plain)


def _without_source(name: str, present: pl.DataFrame) -> KeyWriting | None:
    if re.search(_PHONE, name):
        return None
    return respelled(present) or _by_twins(present)


def _by_twins(present: pl.DataFrame) -> KeyWriting | None:
    """Without a source: the same key written in two ways, apart in separators, case or leading zeros."""
    keys = present.unique("value").filter(pl.col("core").str.len_chars() >= 3)
    written = pl.concat_str("shape", pl.col("zero").cast(pl.String), separator="|")
    keys = keys.with_columns(written.alias("written"))
    usual = keys["written"].value_counts(sort=True)
    if usual.height < 2 or keys.height < 2 * DIFFERENT:
        return None
    main = str(usual["written"][0])
    other = keys.filter(pl.col("written") != main)
    twin = other.filter(pl.col("core").is_in(keys.filter(pl.col("written") == main)["core"].to_list()))
    if twin.height < max(TWINS, SHARE_OF_TWINS * other.height):
        return None
    if present["value"].is_in(other["value"].to_list()).sum() < LEAST * present.height:
        return None
    pairs = twin.sort("value").head(1).join(keys.filter(pl.col("written") == main), on="core")
    usual_width = rare_width = 0
    if pairs["shape"][0] == pairs["shape_right"][0]:
        # Zeros alone tell the two apart: the rows are counted by the one width that zeros fill up to.
        filled = (
            twin if twin["zero"].any() else pairs.select(pl.col("value_right").str.len_chars().alias("width"))
        )
        width, times = filled["width"].value_counts(sort=True).row(0)
        if times < PURE * filled.height:
            return None
        usual_width, rare_width = (0, int(width)) if filled is twin else (int(width), 0)
    shown = (
        KeyForm(
            "",
            str(pairs["shape_right"][0]),
            keys.height - other.height,
            str(pairs["value_right"][0]),
            usual_width,
        ),
        KeyForm("", str(pairs["shape"][0]), other.height, str(pairs["value"][0]), rare_width),
    )
    drop = "".join(sorted(set(_signs("".join(keys["shape"].unique().to_list())))))
    return KeyWriting(0, forms=shown, drop=drop, zeros=bool(twin["zero"].any()), twins=twin.height)
