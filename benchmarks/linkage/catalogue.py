"""Two shops that describe the same products in their own words: seeded, with the true pairs.

Most products have siblings that differ in one feature or colour. The second shop turns words around, writes codes with and
without a hyphen, leaves brand or code out, adds praise, asks another price, and slips.
"""

from __future__ import annotations

import numpy as np
import polars as pl

Product = tuple[str, str, str, list[str], str, float]

BRANDS = (
    "Acer",
    "Bosch",
    "Canon",
    "Dell",
    "Epson",
    "Fuji",
    "Garmin",
    "Hama",
    "Intel",
    "Jabra",
    "Kodak",
    "Lenovo",
    "Makita",
    "Nikon",
    "Omron",
    "Philips",
    "Ricoh",
    "Sony",
    "Tefal",
    "Yamaha",
)
KINDS = {
    "laptop": (
        ("15.6 inch", "14 inch", "13.3 inch"),
        ("8 GB", "16 GB", "32 GB"),
        ("256 GB SSD", "512 GB SSD", "1 TB SSD"),
    ),
    "camera": (
        ("12 MP", "20 MP", "24 MP"),
        ("4K video", "Full HD video"),
        ("3x zoom", "10x zoom", "30x zoom"),
    ),
    "printer": (("A4", "A3"), ("wireless", "USB"), ("duplex", "simplex")),
    "headset": (
        ("bluetooth", "wired"),
        ("noise cancelling", "open back"),
        ("20 h battery", "30 h battery"),
    ),
    "drill": (("12 V", "18 V"), ("2 batteries", "1 battery"), ("35 Nm", "55 Nm")),
}
COLOURS = ("black", "white", "silver", "blue", "red")
PRAISE = ("new", "original", "best", "price", "free", "shipping", "top", "seller", "official", "warranty")
LETTERS = tuple("ABCDEFGHKLMNPRSTVXZ")


def catalogues(
    seed: int, products: int = 1_000, shared: float = 0.6
) -> tuple[pl.DataFrame, pl.DataFrame, set[tuple[int, int]]]:
    """The first shop's products, the second shop's share of them, and the true pairs of rows."""
    rng = np.random.default_rng(seed)
    items = _products(products, rng)
    ours, theirs = [_first(item, rng) for item in items], []
    kept = [place for place in range(products) if rng.random() < shared]
    theirs = [_second(items[place], rng) for place in kept]
    left, right = rng.permutation(products), rng.permutation(len(theirs))
    at = {int(place): row for row, place in enumerate(left)}
    true = {(at[kept[int(place)]], row) for row, place in enumerate(right)}
    return pl.DataFrame([ours[i] for i in left]), pl.DataFrame([theirs[i] for i in right]), true


def _products(count: int, rng: np.random.Generator) -> list[Product]:
    items: list[Product] = []
    while len(items) < count:
        kind, brand = str(rng.choice(list(KINDS))), str(rng.choice(BRANDS))
        code = "".join(rng.choice(LETTERS, 2)) + f"-{rng.integers(100, 9999)}"
        for _ in range(int(rng.integers(1, 4))):
            features = [str(rng.choice(options)) for options in KINDS[kind]]
            price = round(float(np.exp(rng.normal(5.5, 0.8))), 2)
            items.append((brand, kind, code, features, str(rng.choice(COLOURS)), price))
    return items[:count]


def _first(item: Product, rng: np.random.Generator) -> dict[str, object]:
    brand, kind, code, features, colour, price = item
    praise = " ".join(rng.choice(PRAISE, 4))
    return {
        "title": _slipped(f"{brand} {code} {kind} {features[0]} {colour}", rng),
        "description": _slipped(f"{kind} {brand} {', '.join(features)} colour {colour}. {praise}", rng),
        "brand": brand if rng.random() < 0.8 else None,
        "price": price,
    }


def _second(item: Product, rng: np.random.Generator) -> dict[str, object]:
    brand, kind, code, features, colour, price = item
    code = code.replace("-", "") if rng.random() < 0.5 else code
    told = [text.replace(" ", "") if rng.random() < 0.5 else text for text in features]
    rng.shuffle(told)
    name = [kind.title(), brand if rng.random() < 0.7 else "", code if rng.random() < 0.85 else ""]
    name += [*told[: int(rng.integers(1, 3))], colour if rng.random() < 0.7 else ""]
    name += [str(word) for word in rng.choice(PRAISE, int(rng.integers(0, 3)))]
    details = f"{' / '.join(told)} {colour} {brand} {' '.join(rng.choice(PRAISE, 6))}"
    return {
        "name": _slipped(" ".join(name), rng),
        "details": _slipped(details, rng),
        "manufacturer": brand.upper() if rng.random() < 0.6 else None,
        "price": round(price * float(np.exp(rng.normal(0, 0.08))), 2) if rng.random() < 0.9 else None,
    }


def _slipped(text: str, rng: np.random.Generator) -> str:
    return " ".join(_slip(word, rng) for word in text.split())


def _slip(word: str, rng: np.random.Generator) -> str:
    if len(word) < 4 or rng.random() > 0.04:
        return word
    at = int(rng.integers(1, len(word) - 1))
    if rng.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
