"""Texts damaged by other readers, cut with dots, in other languages; personal data of other countries."""

from __future__ import annotations

import html
from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import Maker, attached
from planted.dates import moment, since, span_days
from planted.held import attach as made
from planted.held.words import LANGUAGES, notes
from planted.plant import Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import NotHere, World

NAMES = ("col_9", "ref_b", "data_1", "field_x", "misc")
ACCENTS = str.maketrans({"e": "é", "a": "ä", "o": "ö", "u": "ü", "i": "í", "'": "’", "n": "ñ"})
STUBS = ("seen", "ok!", "n/c", "K2", "as before")
FOREIGN = {
    "Italian": (
        "Il paziente riferisce un dolore lieve da ieri sera.", "La madre chiede quando può tornare a casa.",
        "Il prodotto è arrivato in ritardo e la scatola era rotta.", "Mi è piaciuto molto, lo comprerei ancora.",
    ),
    "Polish": (
        "Pacjent zgłasza lekki ból od wczoraj wieczorem.", "Matka pyta, kiedy może wrócić do domu.",
        "Produkt przyszedł za późno i pudełko było uszkodzone.", "Bardzo mi się podobało i kupię to jeszcze raz.",
    ),
    "Dutch": (
        "De patiënt heeft sinds gisteravond een beetje pijn.", "De moeder vraagt wanneer zij naar huis mag.",
        "Het pakket kwam te laat en de doos was beschadigd.", "Wij waren heel tevreden en komen zeker terug.",
    ),
}  # fmt: skip
Change = Callable[[np.random.Generator, str], str]


def with_notes(world: World, rng: np.random.Generator) -> World:
    """`world` itself where it has prose, else with notes in one language."""
    if world.texts():
        return world
    language = sorted(LANGUAGES)[int(rng.integers(3))]
    return attached(world, "comment", lambda r, rows: notes(r, rows, language))


def _accented(text: str) -> str:
    """`text` with accents in its second half, where it has none of its own."""
    if any(ord(letter) > 191 for letter in text):
        return text
    half = len(text) // 2
    return text[:half] + text[half:].translate(ACCENTS)


def _read_as(codec: str) -> Change:
    return lambda _, text: _accented(text).encode().decode(codec, errors="replace")


def _lost(_: np.random.Generator, text: str) -> str:
    """Windows-1252 read as UTF-8: each accent becomes the sign for a letter that could not be read."""
    return _accented(text).encode("cp1252", errors="replace").decode("utf-8", errors="replace")


def _twice(_: np.random.Generator, text: str) -> str:
    once = _accented(text).encode().decode("cp1252", errors="ignore")
    return once.encode("utf-8", errors="ignore").decode("cp1252", errors="ignore")


def _entities(_: np.random.Generator, text: str) -> str:
    """Accents and apostrophes as a web page writes them: &eacute; &#39; &quot;."""
    named = _accented(text).encode("ascii", errors="xmlcharrefreplace").decode()
    return html.escape(named).replace("&amp;#", "&#")


ENCODINGS: tuple[Change, ...] = (
    _read_as("cp1252"), _read_as("latin-1"), _read_as("cp1250"), _read_as("mac_roman"), _lost, _twice, _entities,
)  # fmt: skip


def damaged(*changes: Change) -> Planter:
    """A planter that changes a share `rows` of the texts, all in the same way."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = with_notes(world, rng)
        name = pick(rng, before.texts(), "text")
        change = changes[int(rng.integers(len(changes)))]
        new = pl.Series([None if text is None else change(rng, text) for text in before.frame[name]])
        return _put(before, rng, strength, name, new)

    return plant


def _put(before: World, rng: np.random.Generator, strength: Strength, name: str, new: pl.Series) -> Planted:
    differs = (new != before.frame[name]).fill_null(False).to_numpy()
    mask = some_rows(rng, differs, strength.rows * before.rows)
    return Planted(put(before, name, mask, new), Truth((name,), int(mask.sum())), before)


def language(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Texts of one other language, which the column does not have yet."""
    before = with_notes(world, rng)
    name = pick(rng, before.texts(), "text")
    other = sorted(FOREIGN)[int(rng.integers(3))]
    lines = FOREIGN[other]
    new = pl.Series([f"{lines[a]} {lines[b]}" if b != a else lines[a]
                     for a, b in rng.integers(4, size=(before.rows, 2))])  # fmt: skip
    return _put(before, rng, strength, name, new)


def capitals(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """In runs of rows, as when one clerk's key stuck; German sharp s and accents are kept."""
    before = with_notes(world, rng)
    name = pick(rng, before.texts(), "text")
    mask = np.zeros(before.rows, dtype=bool)
    while mask.sum() < strength.rows * before.rows:
        start = int(rng.integers(before.rows))
        mask[start : start + int(rng.integers(3, 30))] = True
    new = pl.Series([None if text is None else text.upper() for text in before.frame[name]])
    mask &= (new != before.frame[name]).fill_null(False).to_numpy()
    return Planted(put(before, name, mask, new), Truth((name,), int(mask.sum())), before)


def cut(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Longer texts end at one length, two tables in three with dots that say so."""
    before = with_notes(world, rng)
    name = pick(rng, before.texts(), "text")
    lengths = before.frame[name].str.len_chars()
    most = int(lengths.quantile(1 - strength.rows) or 1)
    mask = (lengths > most).fill_null(False).to_numpy()
    if mask.mean() < 0.8 * strength.rows:
        raise NotHere("texts of one length")
    dots = ("", "...", "…")[int(rng.integers(3))]
    short = before.frame[name].str.slice(0, most - len(dots)) + dots
    return Planted(put(before, name, mask, short), Truth((name,), int(mask.sum())), before)


def collapse(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """From a date on a word or a code stands where sentences were."""
    before = with_notes(world, rng)
    share = rng.uniform(strength.rows, min(0.7, strength.rows + 0.2))
    when = moment(before, rng, 1 - share, 1 - share)
    name = pick(rng, before.texts(), "text")
    mask = since(before, when) & known(before, name)
    stubs = pl.Series([STUBS[i] for i in rng.integers(len(STUBS), size=before.rows)])
    truth = Truth((name,), int(mask.sum()), 1.0, when, span_days(before))
    return Planted(put(before, name, mask, stubs), truth, before)


def column(*makers: Maker) -> Planter:
    """A planter of a column filled in a share `rows` of the rows; numbers of digits only may be integers."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        name = pick(rng, NAMES, "name")
        full = attached(world, name, makers[int(rng.integers(len(makers)))])
        if full.frame[name].str.contains(r"^\d{9,18}$").all() and rng.random() < 0.5:
            full = full.having(full.frame.with_columns(pl.col(name).cast(pl.Int64)))
        empty = rng.random(world.rows) > strength.rows
        return Planted(put(full, name, empty, None), Truth((name,), int((~empty).sum())))

    return plant


def inside(*makers: Maker) -> Planter:
    """A planter that puts a contact or an account at the front, in the middle or at the end of some notes."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = with_notes(world, rng)
        name = pick(rng, before.texts(), "text")
        mask = some_rows(rng, known(before, name), strength.rows * before.rows)
        data = makers[int(rng.integers(len(makers)))](rng, before.rows)
        said = pick(
            rng,
            ("({}) {}", "{1} Tel/Mail: {0}", "{1} - {0}", "{0}: {1}", "{1} Rückfragen bitte an {0}."),
            "way",
        )
        texts = before.frame[name]
        new = pl.Series([said.format(value, text) for text, value in zip(texts, data, strict=True)])
        return Planted(put(before, name, mask, new), Truth((name,), int(mask.sum())), before)

    return plant


PLANTERS: dict[str, Planter] = {
    "personal.email": column(made.emails),
    "personal.phone": column(*made.PHONES),
    "personal.iban": column(made.ibans),
    "personal.national-id": column(*made.NATIONAL),
    "personal.text": inside(made.emails, *made.PHONES, made.ibans),
    "text.encoding": damaged(*ENCODINGS),
    "text.cut": cut,
    "text.language": language,
    "text.capitals": capitals,
    "text.length": collapse,
}
