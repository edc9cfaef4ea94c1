"""How values are written: other orders and forms, other slips of the pen, renamed labels, spreadsheets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import Maker, attached
from planted.dates import moment, since, span_days
from planted.held import attach as made
from planted.plant import Planted, Planter, Strength, Truth, pick, put, some_rows
from planted.world import NotHere, World

Change = Callable[[np.random.Generator, str], str]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BESIDE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        ("sq", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "k", "n", "bm", "ip", "o", "w", "et",
         "ad", "ry", "yi", "cb", "qe", "zc", "tu", "xs"),
        strict=True,
    )
)  # fmt: skip
GERMAN = str.maketrans(
    {"ü": "ue", "ö": "oe", "ä": "ae", "å": "aa", "ø": "oe", "ß": "ss", "Å": "Aa", "Ö": "Oe"}
)


def _fixed(*ways: Callable[[str], str]) -> tuple[Change, ...]:
    """Ways that need no chance."""

    def one(way: Callable[[str], str]) -> Change:
        return lambda _, value: way(value)

    return tuple(one(way) for way in ways)


def _iso(value: str) -> tuple[int, int, int]:
    """Year, month and day of 03.02.2020, 03/02/2020 or 20200203."""
    if value.isdigit():
        return int(value[:4]), int(value[4:6]), int(value[6:])
    return int(value[6:]), int(value[3:5]), int(value[:2])


def _date(form: str) -> Callable[[str], str]:
    def written(value: str) -> str:
        year, month, day = _iso(value)
        return form.format(y=year, s=year % 100, m=month, d=day, name=MONTHS[month - 1])

    return written


def _swapped_order(value: str) -> str:
    """Month before day; as it was where both are twelve or less: nobody can tell then."""
    year, month, day = _iso(value)
    if day <= 12:
        return value
    return (
        f"{year}{day:02d}{month:02d}"
        if value.isdigit()
        else f"{month:02d}{value[2]}{day:02d}{value[5]}{year}"
    )


DATES = _fixed(
    _swapped_order, _date("{d} {name} {y}"), _date("{name} {d}, {y}"), _date("{y}/{m:02d}/{d:02d}"),
    _date("{y}-{m:02d}-{d:02d}"), _date("{d:02d}-{m:02d}-{s:02d}"), _date("31.02.{y}"),
    _date("{y}-{m:02d}-{d:02d}T00:00:00Z"), _date("{name} {y}"),
)  # fmt: skip
PHONES = _fixed(
    lambda v: v[:-1], lambda v: v.replace("0", "O").replace("5", "S"), lambda v: f"{v} / {v[:-2]}19",
    lambda v: v.replace("-", "").replace(" ", "")[:5], lambda v: f"fax {v}", lambda v: "no number",
    lambda v: f"{v}{v[-3:]}",
)  # fmt: skip
EMAILS = _fixed(
    lambda v: v.rsplit(".", 1)[0], lambda v: v.replace("@", "@ "), lambda v: v.replace("@", "#"),
    lambda v: v.partition("@")[2], lambda v: f"{v}, {v}", lambda v: "www." + v.partition("@")[2],
    lambda v: v.replace("@", ""), lambda v: "no e-mail",
)  # fmt: skip
POSTCODES = _fixed(
    lambda v: v[:-1], lambda v: v + v[-1], lambda v: re.sub(r"\d", "O", v, count=1), lambda v: v[::-1] + "x",
    lambda v: "abroad", lambda v: f"D-{v}", lambda v: v.replace("-", "").replace(" ", ""),
)  # fmt: skip


def form(column: str, makers: tuple[Maker, ...], breaks: tuple[Change, ...]) -> Planter:
    """A planter that breaks some values of an added column, all in the same way."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = attached(world, column, makers[int(rng.integers(len(makers)))])
        return _changed(before, rng, strength, column, breaks[int(rng.integers(len(breaks)))], before)

    return plant


def _changed(
    world: World,
    rng: np.random.Generator,
    strength: Strength,
    column: str,
    change: Change,
    before: World | None = None,
) -> Planted:
    """A share of the rows of `column` rewritten, drawn from those that the change alters."""
    values = world.frame[column]
    new = pl.Series([None if value is None else change(rng, value) for value in values], dtype=pl.String)
    differs = (new != values).fill_null(False).to_numpy()
    if differs.sum() < strength.rows * world.rows:
        raise NotHere("too few values that this would alter")
    mask = some_rows(rng, differs, strength.rows * world.rows)
    return Planted(put(world, column, mask, new), Truth((column,), int(mask.sum())), before)


def respelled(least: int, *changes: Change) -> Planter:
    """A planter that rewrites labels of at least `least` letters, all in the same way."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        column = pick(rng, [c for c in world.categories() if _words(world, c, least)], "category of words")
        change = changes[int(rng.integers(len(changes)))]
        labels = set(world.frame[column].drop_nulls().unique())

        def another(rng: np.random.Generator, value: str) -> str:
            new = change(rng, value)
            return value if new in labels else new

        return _changed(world, rng, strength, column, another)

    return plant


def _words(world: World, column: str, least: int) -> bool:
    values = world.frame[column].drop_nulls()
    return bool(values.str.contains(r"^[\p{L}][\p{L} .,&_/-]*$").mean() == 1) and bool(
        (values.str.len_chars().min() or 0) >= least
    )


def _inside(rng: np.random.Generator, word: str) -> int:
    """A place of a letter that is neither the first nor the last."""
    places = [i for i in range(1, len(word) - 1) if word[i].isalpha()]
    return places[int(rng.integers(len(places)))]


def beside(rng: np.random.Generator, word: str) -> str:
    at = _inside(rng, word)
    near = BESIDE.get(word[at].lower(), "e")
    return word[:at] + near[int(rng.integers(len(near)))] + word[at + 1 :]


def doubled(rng: np.random.Generator, word: str) -> str:
    at = _inside(rng, word)
    return word[:at] + word[at] + word[at:]


def dropped(rng: np.random.Generator, word: str) -> str:
    at = _inside(rng, word)
    return word[:at] + word[at + 1 :]


def swapped(rng: np.random.Generator, word: str) -> str:
    at = _inside(rng, word)
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]


def scanned(rng: np.random.Generator, word: str) -> str:
    """What a scanner reads: 1 for l, 0 for o, c for e, l for i, 5 for s; one letter."""
    read = {"l": "1", "o": "0", "e": "c", "i": "l", "s": "5"}
    places = [place for place in range(1, len(word)) if word[place] in read]
    if not places:
        return word
    at = places[int(rng.integers(len(places)))]
    return word[:at] + read[word[at]] + word[at + 1 :]


def decomposed(_: np.random.Generator, word: str) -> str:
    """The same to the eye: the letter and its accent as two characters."""
    return unicodedata.normalize("NFD", word)


def spelled_out(_: np.random.Generator, word: str) -> str:
    return word.translate(GERMAN)


def plain(_: np.random.Generator, word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def accents(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = attached(world, "place", made.towns)
    change = (decomposed, spelled_out, plain)[int(rng.integers(3))]
    return _changed(before, rng, strength, "place", change, before)


def vocabulary(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Numbers for names, capitals with a prefix, abbreviations, another language's order of words."""
    column = pick(rng, world.categories(), "category")
    share = rng.uniform(strength.rows, min(0.6, strength.rows + 0.2))
    when = moment(world, rng, 1 - share, 1 - share)
    values = sorted(world.frame[column].drop_nulls().unique())
    count = max(1, round(strength.effect * len(values)))
    chosen = [values[int(place)] for place in rng.choice(len(values), count, replace=False)]
    shape = int(rng.integers(4))
    renamed = {
        value: (
            str(100 + 10 * place),
            f"NEW_{value.upper().replace(' ', '_')}",
            f"{value[:3].upper()}{place}",
            f"{place:02d} - {value}",
        )[shape]
        for place, value in enumerate(chosen)
    }
    changes = world.frame[column].is_in(chosen).fill_null(False).to_numpy()
    mask = since(world, when) & changes
    if mask.sum() < 0.05 * world.rows:
        raise NotHere("labels too rare")
    new = world.frame[column].replace_strict(renamed, default=None, return_dtype=pl.String)
    truth = Truth((column,), int(mask.sum()), strength.effect, when, span_days(world))
    return Planted(put(world, column, mask, new), truth)


def _as_day(value: str) -> str:
    """10-12 as 12-Oct, SEPT2 as 2-Sep; what is no date stays."""
    if (found := re.fullmatch(r"(MARCH|SEPT|DEC|OCT)(\d)", value)) is not None:
        return f"{found[2]}-{found[1][:3].title()}"
    if (found := re.fullmatch(r"(\d+)-(\d+)", value)) is not None and int(found[1]) <= 12:
        if int(found[2]) <= 12:
            return f"{int(found[1]):02d}-{MONTHS[int(found[2]) - 1]}"
        if int(found[2]) <= 28:
            return f"{found[2]}-{MONTHS[int(found[1]) - 1]}"
    return value


def spreadsheet(column: str, makers: tuple[Maker, ...], *changes: Callable[[str], str]) -> Planter:
    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = attached(world, column, makers[int(rng.integers(len(makers)))])
        change = _fixed(*changes)[int(rng.integers(len(changes)))]
        return _changed(before, rng, strength, column, change, before)

    return plant


PLANTERS: dict[str, Planter] = {
    "format.date": form("contract_date", (made.german_dates, made.british_dates, made.compact_dates), DATES),
    "format.phone": form("telephone", made.PHONES, PHONES),
    "format.email": form("mail", (made.emails,), EMAILS),
    "format.postcode": form("zip", made.POSTCODES, POSTCODES),
    "spelling.case": respelled(
        2,
        *_fixed(
            lambda v: v.title() if v.title() != v else v.lower(),
            lambda v: v.swapcase(),
            lambda v: v.lower() if v.lower() != v else v.capitalize(),
        ),
    ),
    "spelling.blanks": respelled(
        2,
        *_fixed(
            lambda v: f"{v}\u00a0", lambda v: f"{v}  ", lambda v: f"{v}\t", lambda v: f"  {v}",
            lambda v: v.replace(" ", "\u00a0") if " " in v else f"\u200b{v}", lambda v: f"{v} ",
        ),
    ),
    "spelling.typos": respelled(5, beside, doubled, dropped, swapped, scanned),
    "spelling.accents": accents,
    "vocabulary": vocabulary,
    "spreadsheet.date": spreadsheet("pack_size", (made.size_ranges, made.genes), _as_day),
    "spreadsheet.number": spreadsheet(
        "barcode",
        (made.barcodes, made.long_keys),
        lambda v: f"{int(v):.5E}".replace("E+0", "E+").replace(".", ","),
        lambda v: f"{int(v):.2E}".replace("E+0", "E+"),
        lambda v: f"{int(v):.6e}",
    ),
    "spreadsheet.zeros": spreadsheet(
        "bank_code", (made.bank_codes, made.east_codes, made.clock), lambda v: v.lstrip("0")
    ),
}  # fmt: skip
