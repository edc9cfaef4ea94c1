"""Data about persons in a column: by pattern and check digits, and by the column's name with its shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from airworthy.data.facts import Sample
from airworthy.data.facts.checksums import belgian, dni, finnish, french, iban, irish, luhn
from airworthy.data.facts.contents import PersonalCounts, PersonalData
from airworthy.data.facts.national import Checked, odds, passes, plain_numbers, recognise
from airworthy.data.facts.phone_shapes import ANYWHERE, WHOLE_COLUMN
from airworthy.data.facts.texts import each_once, sampled, texts_of
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

WHOLE = 0.8
"""A value is an e-mail address when the address is so much of its letters; else it holds one."""

CERTAIN = 0.5
"""Of numbers that only look like a card, one in ten passes the check by chance: half of them must."""

FEW_CANDIDATES = 5
_WRITTEN_DOWN = (pl.String, pl.Int64, pl.Float64)
NAMED = 0.5
"""Share of a column's values that must have the shape that its name promises."""

FULL, FEWEST_PHONES = 0.9, 20
"""Share of a column's values that must be written like a phone number where that says little, and the fewest
different ones."""

_PHONE = "phone number"
_GLANCE = 100
_PART = 1_000_000
_SHORTEST_CARD = 10**14
_AT = "@"
_RUN = r"[0-9][0-9 .()/-]{5,}[0-9]"
_DIGITS = r"[0-9]{4}"
_BORN = r"[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}"
_DOTTED = r"[0-9]\.[0-9]"
_STREETS = r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd)"
_WAYS = r"(?:straat|laan|straße|strasse|weg|plein|gasse) [0-9]"
_FORMULAS = r"(?:[Mm]y name is|[Rr]egards,|Sincerely,|Dear (?:Mr|Mrs|Ms|Dr)\.?) "
_NOT_BEFORE, _NOT_AFTER = r"(?:^|[^A-Za-z0-9])", r"(?:$|[^A-Za-z0-9])"


@dataclass(frozen=True)
class Sign:
    """One kind: what a text must contain to be looked at, the thing's pattern, and its check digits.

    Patterns are plain ASCII: classes of Unicode cost several times as much on long columns.
    """

    kind: str
    contains: str
    thing: str
    check: Callable[[pl.Expr], pl.Expr] | None = None

    @property
    def pattern(self) -> str:
        return f"{_NOT_BEFORE}({self.thing}){_NOT_AFTER}"


SIGNS = (
    Sign("e-mail address", _AT, r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]{2,12}"),
    Sign("bank account (IBAN)", _DIGITS, r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?", iban),
    Sign(
        "payment card",
        _RUN,
        r"(?:4[0-9]|5[1-5]|2[2-7]|6[05])[0-9]{2}(?:[ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}",
        luhn,
    ),
    Sign(_PHONE, _RUN, ANYWHERE),
    Sign("social security number", _RUN, r"[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}"),
    Sign("national insurance number", r"[A-Z] ?[0-9]{2}", r"[A-CEGHJ-PR-TW-Z]{2}(?: ?[0-9]{2}){3} ?[A-D]"),
    Sign("Italian tax code", r"[A-Z]{6}[0-9]", r"[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]"),
    Sign("Spanish identity number", r"[0-9]{7}-?[A-Z]", r"(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]", dni),
    Sign("Finnish personal code", _BORN, _BORN + "[0-9A-FHJ-NPR-Y]", finnish),
    Sign("Irish personal number", r"[0-9]{7}[A-W]", r"[0-9]{7}[A-W][A-I]?", irish),
    Sign("French social security number", _RUN, r"[12](?: ?[0-9]{2}){3}(?: ?[0-9]{3}){2} ?[0-9]{2}", french),
    Sign(
        "Belgian national number", _RUN, r"[0-9]{2}\.?[01][0-9]\.?[0-3][0-9]-?[0-9]{3}[.-]?[0-9]{2}", belgian
    ),
    Sign(
        "IP address",
        _DOTTED,
        r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])",
    ),
    Sign("street address", _STREETS, r"[0-9]{1,5} (?:[A-Z][a-z]+ ){1,3}" + _STREETS),
    Sign("street address", _WAYS, r"[A-Z][a-zß]+(?:straat|laan|straße|strasse|weg|plein|gasse) [0-9]{1,4}"),
    Sign("name of a person", _FORMULAS, _FORMULAS + r"[A-Z][a-z]+(?: [A-Z][a-z]+)?"),
)

NAMES: tuple[tuple[str, str, str], ...] = (
    (
        "name of a person",
        r"(?:first|last|given|family|middle|full|maiden|customer|client|patient|employee|applicant|person|owner|user|"
        r"contact|holder)[\W_]*name|surname|forename|firstname|lastname|voornaam|achternaam|vorname|nachname|prenom",
        r"^\p{L}[\p{L}'’. -]+$",
    ),
    ("street address", r"street|address|^addr|strasse|straße|adres(?:se)?(?:$|_)", r"\p{L}.*\d|\d.*\p{L}"),
    (_PHONE, r"phone|mobile|(?:^|_)tel(?:$|_)|telefoon|telefon|cell_?nr", r"^[+(]?\d[\d ()./-]{6,}$"),
    ("date of birth", r"birth|(?:^|_)dob(?:$|_)|geboorte|geburt", r"\d{4}|\d\d?[-/.]\d\d?"),
    (
        "national number",
        r"(?:^|_)(?:ssn|bsn|nino|nhs|passport|soc_?sec|cpf|cpr|pesel|dni|nif|cnp|oib|curp|nric)(?:_|$)"
        r"|social_?sec|national_?(?:id|n)|tax_?id|steuer_?id|aadhaar|personn|codice_fiscale",
        r"^[A-Za-z]{0,2}[\d .-]{6,}[A-Za-z]?$",
    ),
)  # fmt: skip
"""Kind, what the column's name holds, and the shape that its values then have."""


def answer(fact: PersonalData, view: ColumnView, facts: Facts) -> PersonalCounts:
    """What no row of the sample holds is not looked for in the others."""
    sample: pl.DataFrame = facts[Sample()]
    checked = recognise(sample[view.name]) if view.kind in _WRITTEN_DOWN else None
    counts = _by_pattern(fact.column, view, facts)
    return counts if checked is None else _national(counts, checked, view)


def kinds_of(values: pl.Series) -> tuple[tuple[str, int, str], ...]:
    """What different values of a column are that stand somewhere else than in rows: kind, how many, shape.

    By pattern, check digits and the column's name; the most frequent kind first.

    >>> kinds_of(pl.Series("contact", ["ann@mail.org", "none", "bob@mail.org"]))
    (('e-mail address', 2, 'xxx@xxxx.xxx'),)
    """
    texts = each_once(values)
    if not texts.height:
        return ()
    promised = _promised(values.name)
    named = _by_name(promised, texts, texts.height) if promised else ()
    return named or _told([(sign, _found(texts, sign)) for sign in _likely(texts, SIGNS)])


def _by_pattern(column: str, view: ColumnView, facts: Facts) -> PersonalCounts:
    values = view.rows - view.nulls
    promised = _promised(column)
    if view.kind != pl.String:
        cards = view.kind.is_integer() and bool((view.values >= _SHORTEST_CARD).any())
        if not (promised or cards):
            return PersonalCounts(values)
        numbers = each_once(view.values)
        named = _by_name(promised, numbers, values) if promised else ()
        found = [(sign, _found(numbers, sign)) for sign in SIGNS if cards and sign.check is luhn]
        return PersonalCounts(values, named or _told(found))
    texts = texts_of(view)
    named = _by_name(promised, texts, values) if promised else ()
    if (few := sampled(view, facts)) is not None:
        signs = [sign for sign in _likely(few, SIGNS) if _found(few, sign).height]
    else:
        signs = _likely(texts, SIGNS)
    found = [(sign, _found(texts, sign)) for sign in signs]
    whole = _told([(sign, rows.filter("whole")) for sign, rows in found])
    inside = [(sign, rows.filter(~pl.col("whole"))) for sign, rows in found]
    places = {
        place: count for _, rows in inside for place, count in rows.select("place", "count").iter_rows()
    }
    full = named or whole or _full_of_phones(few if few is not None else texts, texts, values)
    return PersonalCounts(values, full, _told(inside), sum(places.values()))


def _full_of_phones(few: pl.DataFrame, texts: pl.DataFrame, values: int) -> tuple[tuple[str, int, str], ...]:
    """Numbers in a national style that alone says little: told where nearly all values are written so."""
    if not few["value"].head(_GLANCE).str.contains(WHOLE_COLUMN).any():
        return ()
    shaped = texts.filter(pl.col("value").str.contains(WHOLE_COLUMN))
    rows = int(shaped["count"].sum())
    known = rows >= FULL * values and shaped["value"].n_unique() >= FEWEST_PHONES
    return ((_PHONE, rows, masked(shaped["value"].min())),) if known else ()


def _likely(texts: pl.DataFrame, signs: Sequence[Sign]) -> list[Sign]:
    """The signs whose first look finds something, in one pass over the texts."""
    looks = {sign.contains: f"look{place}" for place, sign in enumerate(signs)}
    value = pl.col("value")
    seen = texts.select(
        value.str.contains(look, literal=look == _AT).any().alias(name) for look, name in looks.items()
    ).row(0, named=True)
    return [sign for sign in signs if seen[looks[sign.contains]]]


def _national(counts: PersonalCounts, checked: Checked, view: ColumnView) -> PersonalCounts:
    """The check digits tell what patterns and the column's name may take for something else."""
    rows, example = 0, ""
    for start in range(0, view.rows, _PART):  # texts without their marks take as much memory again
        part = view.values.slice(start, _PART)
        right = passes(plain_numbers(part).fill_null(0).to_numpy(), checked.rule)
        if right.any():
            rows += int(right.sum())
            example = example or masked(part[int(right.argmax())])
    others = tuple(told for told in counts.whole if told[1] > rows)
    told = (checked.rule.kind, rows, example)
    return replace(
        counts,
        whole=(told, *others),
        checked=(checked.looked, checked.right, checked.rule.chance, odds(checked)),
    )


def _found(texts: pl.DataFrame, sign: Sign) -> pl.DataFrame:
    """Columns value, count, place, seen (what was matched), whole; empty where chance explains it."""
    value = pl.col("value")
    near = texts.with_row_index("place").filter(
        value.str.contains(sign.contains, literal=sign.contains == _AT)
    )
    hits = near.with_columns(value.str.extract(sign.pattern, 1).alias("seen")).filter(
        pl.col("seen").is_not_null()
    )
    if sign.check is not None and hits.height:
        passed = hits.filter(sign.check(pl.col("seen")).fill_null(value=False))
        certain = hits.height <= FEW_CANDIDATES or passed.height >= CERTAIN * hits.height
        hits = passed if certain else hits.clear()
    length = value.str.strip_chars().str.len_chars()
    return hits.with_columns((pl.col("seen").str.len_chars() >= WHOLE * length).alias("whole"))


def _told(found: list[tuple[Sign, pl.DataFrame]]) -> tuple[tuple[str, int, str], ...]:
    kinds: dict[str, tuple[int, str]] = {}
    for sign, rows in found:
        if rows.height:
            count, example = kinds.get(sign.kind, (0, ""))
            kinds[sign.kind] = (count + int(rows["count"].sum()), example or masked(rows["seen"].min()))
    return tuple(
        sorted(((kind, *told) for kind, told in kinds.items()), key=lambda told: (-told[1], told[0]))
    )


def masked(text: object) -> str:
    """The shape of a value without the value.

    >>> masked("Ann.Smith@mail.org"), masked("+31 6 12345678")
    ('xxx.xxxxx@xxxx.xxx', '+99 9 99999999')
    """
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", str(text)))[:40]


def _promised(column: str) -> tuple[str, str] | None:
    """The kind that the column's name promises, and the shape that its values then have."""
    return next(((kind, shape) for kind, name, shape in NAMES if re.search(name, _snake(column))), None)


def _by_name(promised: tuple[str, str], texts: pl.DataFrame, values: int) -> tuple[tuple[str, int, str], ...]:
    kind, shape = promised
    shaped = texts.filter(pl.col("value").str.contains(shape))
    rows = int(shaped["count"].sum())
    return ((kind, rows, masked(shaped["value"].min())),) if rows and rows >= NAMED * values else ()


def _snake(name: str) -> str:
    """FirstName and first name as first_name."""
    return re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)).lower()
