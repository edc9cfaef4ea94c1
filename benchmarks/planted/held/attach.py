"""Healthy columns for the held-out planters: contacts, keys and national numbers of other countries and forms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from planted.attach import Maker
from planted.held.words import TOWNS

GIVEN = ("amelie", "björn", "chiara", "dmitri", "eszter", "fatima", "gustav", "helena", "ivo", "jürgen", "kaja",
         "leila", "mateo", "noor", "oscar", "priya")  # fmt: skip
FAMILY = ("almeida", "brandt", "cohen", "demir", "esposito", "fournier", "gonzalez", "haugen", "ilves",
          "jovanovic", "kruger", "lehtinen", "mazur", "nguyen", "o-brien", "pereira")  # fmt: skip
HOSTS = ("uni-example.de", "example.co.uk", "kliniek.example.nl", "example.com", "mail.example.pt")
Digits = list[int]


def each(one: Callable[[np.random.Generator], str]) -> Maker:
    """A maker of a column from a maker of one value."""
    return lambda rng, rows: [one(rng) for _ in range(rows)]


def digits(rng: np.random.Generator, count: int) -> str:
    return "".join(map(str, rng.integers(0, 10, count)))


def _email(rng: np.random.Generator) -> str:
    given, family = GIVEN[rng.integers(16)], FAMILY[rng.integers(16)]
    plain = given.translate(str.maketrans("öü", "ou"))
    local = (
        f"{plain[0]}.{family}",
        f"{family}_{plain}",
        f"{plain}{family}+{rng.integers(99)}",
        f"{plain.title()}",
    )
    return f"{local[rng.integers(4)]}{rng.integers(1000)}@{HOSTS[rng.integers(5)]}"


def _british(rng: np.random.Generator) -> str:
    return f"+44 7{digits(rng, 3)} {digits(rng, 6)}"


def _german(rng: np.random.Generator) -> str:
    return f"030/{rng.integers(2, 9)}{digits(rng, 6)}"


def _american(rng: np.random.Generator) -> str:
    return f"({rng.integers(201, 989)}) 555-{digits(rng, 4)}"


def _dutch_mobile(rng: np.random.Generator) -> str:
    return f"06-{rng.integers(1, 9)}{digits(rng, 7)}"


def _french(rng: np.random.Generator) -> str:
    return f"0{rng.integers(1, 8)} " + " ".join(digits(rng, 2) for _ in range(4))


emails = each(_email)
PHONES = tuple(each(one) for one in (_british, _german, _american, _dutch_mobile, _french))


def _german_code(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 10)}{digits(rng, 4)}"


def _polish_code(rng: np.random.Generator) -> str:
    return f"{digits(rng, 2)}-{digits(rng, 3)}"


def _portuguese_code(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 10)}{digits(rng, 3)}-{digits(rng, 3)}"


def _swedish_code(rng: np.random.Generator) -> str:
    return f"{rng.integers(1, 10)}{digits(rng, 2)} {digits(rng, 2)}"


POSTCODES = tuple(each(one) for one in (_german_code, _polish_code, _portuguese_code, _swedish_code))


def _iban(rng: np.random.Generator) -> str:
    """French, British, Belgian and Italian accounts; half in groups of four."""
    country, body = (
        ("FR", digits(rng, 23)),
        ("GB", "TEST" + digits(rng, 14)),
        ("BE", _belgian_account(rng)),
        ("IT", "X" + digits(rng, 22)),
    )[rng.integers(4)]
    spelled = "".join(str(int(letter, 36)) for letter in body + country + "00")
    whole = f"{country}{98 - int(spelled) % 97:02d}{body}"
    return whole if rng.random() < 0.5 else " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def _belgian_account(rng: np.random.Generator) -> str:
    """Twelve digits, the last two of which are the remainder modulo 97 of the first ten (97 for 0)."""
    first = digits(rng, 10)
    return f"{first}{int(first) % 97 or 97:02d}"


ibans = each(_iban)


def _birth(rng: np.random.Generator) -> tuple[int, int, int]:
    return int(rng.integers(1940, 2000)), int(rng.integers(1, 13)), int(rng.integers(1, 29))


def belgian(rng: np.random.Generator) -> str:
    """Birth date, serial and 97 less the remainder modulo 97."""
    year, month, day = _birth(rng)
    body = f"{year % 100:02d}{month:02d}{day:02d}{rng.integers(1, 998):03d}"
    return f"{body}{97 - int(body) % 97:02d}"


def belgian_written(rng: np.random.Generator) -> str:
    """The same as it is printed: 85.07.30-033.28."""
    number = belgian(rng)
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"


def swedish(rng: np.random.Generator) -> str:
    """YYMMDD-NNNC with Luhn's check digit over the nine digits before it."""
    year, month, day = _birth(rng)
    body = f"{year % 100:02d}{month:02d}{day:02d}{rng.integers(1, 1000):03d}"
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(body))
    return f"{body[:6]}-{body[6:]}{-total % 10}"


def brazilian(rng: np.random.Generator) -> str:
    """CPF: nine digits and two check digits modulo 11; half printed with points."""
    number = [int(d) for d in rng.integers(0, 10, 9)]
    for _ in range(2):
        total = sum(d * w for d, w in zip(number, range(len(number) + 1, 1, -1), strict=True))
        number.append(total * 10 % 11 % 10)
    return "".join(map(str, number))


def french(rng: np.random.Generator) -> str:
    """NIR: sex, year, month, department, place, order, and 97 less the remainder modulo 97."""
    year, month, _ = _birth(rng)
    body = (
        f"{rng.integers(1, 3)}{year % 100:02d}{month:02d}{rng.integers(21, 95):02d}{rng.integers(1, 990):03d}"
    )
    body += f"{rng.integers(1, 999):03d}"
    return f"{body}{97 - int(body) % 97:02d}"


def norwegian(rng: np.random.Generator) -> str:
    """DDMMYY, three digits, and two check digits modulo 11."""
    while True:
        year, month, day = _birth(rng)
        number = [int(d) for d in f"{day:02d}{month:02d}{year % 100:02d}{rng.integers(0, 500):03d}"]
        for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
            rest = -sum(d * w for d, w in zip(number, weights, strict=True)) % 11
            number.append(rest)
            if rest == 10:
                break
        else:
            return "".join(map(str, number))


def finnish(rng: np.random.Generator) -> str:
    """DDMMYY-NNN and a letter or digit chosen by the remainder modulo 31."""
    year, month, day = _birth(rng)
    date, serial = f"{day:02d}{month:02d}{year % 100:02d}", f"{rng.integers(2, 900):03d}"
    return f"{date}-{serial}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(date + serial) % 31]}"


def german_tax(rng: np.random.Generator) -> str:
    """Eleven digits by ISO 7064 (11, 10): of the first ten one occurs twice and one not at all."""
    body = [int(d) for d in rng.permutation(10)]
    body[int(rng.integers(1, 10))] = body[0] if body[0] else body[1]
    if body[0] == 0 or len(set(body)) != 9:
        return german_tax(rng)
    rest = 10
    for digit in body:
        rest = ((digit + rest) % 10 or 10) * 2 % 11
    return "".join(map(str, body)) + str((11 - rest) % 10)


NATIONAL = tuple(
    each(one) for one in (belgian, belgian_written, swedish, brazilian, french, norwegian, finnish, german_tax)
)  # fmt: skip


def german_dates(rng: np.random.Generator, rows: int) -> list[str]:
    return [_written(rng, "{d:02d}.{m:02d}.{y}") for _ in range(rows)]


def british_dates(rng: np.random.Generator, rows: int) -> list[str]:
    return [_written(rng, "{d:02d}/{m:02d}/{y}") for _ in range(rows)]


def compact_dates(rng: np.random.Generator, rows: int) -> list[str]:
    return [_written(rng, "{y}{m:02d}{d:02d}") for _ in range(rows)]


def _written(rng: np.random.Generator, form: str) -> str:
    day = np.datetime64("2014-01-01") + int(rng.integers(0, 2_400))
    year, month, number = str(day).split("-")
    return form.format(y=year, m=int(month), d=int(number))


def towns(rng: np.random.Generator, rows: int) -> list[str]:
    return [TOWNS[i] for i in rng.integers(len(TOWNS), size=rows)]


def size_ranges(rng: np.random.Generator, rows: int) -> list[str]:
    ranges = ("1-2", "3-4", "5-6", "7-8", "9-10", "11-12", "12-18", "18-24", "24-36")
    return [ranges[i] for i in rng.integers(len(ranges), size=rows)]


def genes(rng: np.random.Generator, rows: int) -> list[str]:
    names = (
        "MARCH1",
        "SEPT2",
        "DEC1",
        "OCT4",
        "BRCA1",
        "TP53",
        "EGFR",
        "KRAS",
        "MYC",
        "MARCH8",
        "SEPT9",
        "PTEN",
    )
    return [names[i] for i in rng.integers(len(names), size=rows)]


def barcodes(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{rng.integers(1, 10)}{digits(rng, 12)}" for _ in range(rows)]


def long_keys(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{rng.integers(1, 10)}{digits(rng, 15)}" for _ in range(rows)]


def bank_codes(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{digits(rng, 8)}" for _ in range(rows)]


def east_codes(rng: np.random.Generator, rows: int) -> list[str]:
    """German postcodes, a good part of which begin with zero."""
    return [f"{rng.integers(1_067, 99_998):05d}" for _ in range(rows)]


def clock(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"0{rng.integers(1, 10)}{digits(rng, 8)}" for _ in range(rows)]
