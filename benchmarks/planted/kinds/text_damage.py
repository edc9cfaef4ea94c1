"""Text damaged on its way: encoding, cut ends, another language, capitals, notes shrunk to a word."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import with_notes
from planted.dates import moment, since, span_days
from planted.plant import Kind, Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import World

GERMAN = (
    "Der Kunde hat die Ware noch nicht erhalten und wartet auf eine Antwort.",
    "Bitte rufen Sie mich morgen zurück, ich habe eine Frage zur Rechnung.",
    "Die Lieferung kam zu spät und der Karton war leider beschädigt.",
    "Ich bin mit dem neuen Gerät sehr zufrieden und bestelle gerne wieder.",
)
FRENCH = (
    "Le client n'a pas encore reçu sa commande et attend une réponse.",
    "Je voudrais échanger cet article contre une autre couleur, merci.",
    "La livraison est arrivée en retard et le carton était abîmé.",
    "Nous sommes très contents de cet appareil et nous reviendrons.",
)
STUBS = ("ok", "see call", "none", "done", "x")
SOFT = str.maketrans({"e": "é", "o": "ö", "'": "’", "u": "ü"})


def mojibake(text: str, _: np.random.Generator) -> str:
    """UTF-8 read as Windows-1252: é becomes Ã©."""
    half = len(text) // 2
    accented = text[:half] + text[half:].translate(SOFT)
    return accented.encode().decode("cp1252", errors="replace")


def foreign(_: str, rng: np.random.Generator) -> str:
    lines = GERMAN if rng.random() < 0.5 else FRENCH
    return lines[int(rng.integers(4))]


def capitals(text: str, _: np.random.Generator) -> str:
    return text.upper()


def damaged(change: Callable[[str, np.random.Generator], str]) -> Planter:
    """A planter that changes a share `rows` of the texts."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = with_notes(world)
        name = pick(rng, before.texts(), "text")
        new = pl.Series([None if text is None else change(text, rng) for text in before.frame[name]])
        differs = (new != before.frame[name]).fill_null(False).to_numpy()
        mask = some_rows(rng, differs, strength.rows * before.rows)
        return Planted(put(before, name, mask, new), Truth((name,), int(mask.sum())), before)

    return plant


def cut(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Every text longer than one length ends there; a share `rows` of the texts was longer."""
    before = with_notes(world)
    name = pick(rng, before.texts(), "text")
    lengths = before.frame[name].str.len_chars()
    most = int(lengths.quantile(1 - strength.rows) or 1)
    mask = (lengths > most).fill_null(False).to_numpy()
    return Planted(
        put(before, name, mask, before.frame[name].str.slice(0, most)),
        Truth((name,), int(mask.sum())),
        before,
    )


def collapse(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """From a date on, with a share `rows` of the rows after it, every note is a word."""
    before = with_notes(world)
    date = moment(before, rng, max(0.1, 0.9 - strength.rows), 1 - strength.rows)
    name = pick(rng, before.texts(), "text")
    mask = since(before, date) & known(before, name)
    stubs = pl.Series([STUBS[i] for i in rng.integers(len(STUBS), size=before.rows)])
    return Planted(
        put(before, name, mask, stubs), Truth((name,), int(mask.sum()), 1.0, date, span_days(before)), before
    )


ROWS = (0.01, 0.05, 0.10, 0.30)
KINDS = (
    Kind(
        "text.encoding",
        "UTF-8 read as Windows-1252",
        damaged(mojibake),
        Strength(0.05),
        "one text in twenty: a reader meets it on the first page",
        ROWS,
    ),
    Kind(
        "text.cut",
        "texts cut at one length",
        cut,
        Strength(0.3),
        "three texts in ten end at the same letter: the field was too short",
        (0.05, 0.1, 0.3),
    ),
    Kind(
        "text.language",
        "another language mixed in",
        damaged(foreign),
        Strength(0.10),
        "one text in ten: a second country was joined",
        ROWS,
    ),
    Kind(
        "text.capitals",
        "texts in capitals",
        damaged(capitals),
        Strength(0.30),
        "three texts in ten: one source writes in capitals only",
        ROWS,
    ),
    Kind(
        "text.length",
        "texts shrink to a word at a date",
        collapse,
        Strength(0.4),
        "the last third of the history or more: a note became a required field",
        (0.1, 0.25, 0.4),
    ),
)
