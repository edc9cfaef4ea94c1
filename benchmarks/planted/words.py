"""Words that generated tables are written in: names, places, labels, and short notes in plain English."""

from __future__ import annotations

import numpy as np

CITIES = (
    "Amsterdam", "Antwerp", "Bergen", "Bologna", "Bordeaux", "Brno", "Cork", "Dresden", "Ghent", "Gothenburg",
    "Graz", "Leeds", "Lisbon", "Lyon", "Malmo", "Munich", "Nantes", "Porto", "Rotterdam", "Seville",
    "Tallinn", "Turin", "Utrecht", "Vienna", "Warsaw",
)  # fmt: skip
ACCENTED = (
    "Málaga", "Zürich", "Besançon", "Kraków", "Göteborg", "Münster", "Aarhus", "Łódź", "Orléans", "Genève",
    "Córdoba", "Bratislava", "Tromsø", "Nîmes", "Köln",
)  # fmt: skip
BRANDS = tuple(
    a + b
    for a in ("Alto", "Bel", "Cor", "Dura", "Eve", "Fin", "Gala")
    for b in ("mar", "nox", "tec", "via", "zen")
)
PRODUCTS = (
    "kettle", "toaster", "lamp", "desk", "chair", "monitor", "keyboard", "router", "blanket", "backpack",
    "bicycle", "helmet", "tent", "jacket", "boots", "teapot", "vacuum", "heater", "fan", "mirror",
)  # fmt: skip
FIRST = (
    "anna", "bram", "carla", "david", "elena", "frank", "greta", "hugo", "ines", "jonas", "katja", "liam",
    "maria", "niels", "olga", "pablo", "rosa", "sven", "tessa", "victor",
)  # fmt: skip
LAST = (
    "andersen", "bakker", "costa", "dubois", "evans", "fischer", "garcia", "hansen", "ivanov", "janssen",
    "keller", "lopez", "moretti", "novak", "olsen", "peeters", "rossi", "schmidt", "torres", "weber",
)  # fmt: skip
_OPEN = (
    "The customer",
    "Our driver",
    "The shop",
    "A colleague",
    "The caller",
    "The buyer",
    "Someone at the desk",
)
_DID = (
    "asked for", "complained about", "returned", "was pleased with", "could not find", "ordered again",
    "praised", "cancelled", "waited long for", "sent back",
)  # fmt: skip
_MORE = (
    "because it arrived late", "and wants a call back", "after two weeks", "without giving a reason",
    "and paid at the counter", "since the box was damaged", "but kept the receipt", "and will try another colour",
    "although the price was good", "and asked when the next one comes in",
)  # fmt: skip
_COLOURS = ("red", "blue", "green", "small", "large", "new", "old", "cheap", "heavy", "wooden")


def notes(rng: np.random.Generator, rows: int) -> list[str]:
    """One or two short sentences a row."""
    first, second = _sentences(rng, rows), _sentences(rng, rows)
    return [a if one else f"{a} {b}" for a, b, one in zip(first, second, rng.random(rows) < 0.5, strict=True)]


def _sentences(rng: np.random.Generator, rows: int) -> list[str]:
    parts = (_OPEN, _DID, _COLOURS, PRODUCTS, _MORE)
    drawn = zip(*(rng.integers(len(words), size=rows).tolist() for words in parts), strict=True)
    return [f"{_OPEN[a]} {_DID[b]} the {_COLOURS[c]} {PRODUCTS[d]} {_MORE[e]}." for a, b, c, d, e in drawn]


def people(rng: np.random.Generator, rows: int) -> list[tuple[str, str]]:
    return [(FIRST[a], LAST[b]) for a, b in rng.integers(20, size=(rows, 2))]
