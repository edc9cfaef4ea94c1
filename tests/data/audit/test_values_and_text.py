"""The detectors of values and text: what each must find, what it must let be, and what it must not say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.data import read_file
from airworthy.data.bare import scope_of_frame
from airworthy.data.checks import CHECKS
from airworthy.data.facts import Table
from airworthy.data.facts.languages import languages
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

OURS = {"DAT016", "DAT017", "DAT018", "DAT019", "DAT021", "DAT022", "DAT023", "DAT024"}
ROWS = 2000


def results(table: pl.DataFrame, codes: Iterable[str] = OURS) -> list[Result]:
    scope, canonical = scope_of_frame(table, None, None)
    checks = [check for check in CHECKS if check.code in set(codes)]
    return run_checks(make_plan(checks, scope, ()), checks, Facts({Table(): canonical}), scope)


def failures(table: pl.DataFrame, *codes: str) -> dict[str, Result]:
    """Failed results by subject; nothing may break."""
    told = results(table, codes or OURS)
    assert not [r.finding for r in told if r.verdict is Verdict.ERROR]
    return {r.subject: r for r in told if r.verdict is Verdict.FAIL}


def column(values: Iterable[object]) -> pl.DataFrame:
    return pl.DataFrame({"value": list(values)})


@pytest.mark.parametrize(
    "kind", ["normal", "exponential", "lognormal", "student", "pareto", "zeros", "counts"]
)
def test_heavy_tails_are_no_outliers(kind: str) -> None:
    rng, accused, worlds = np.random.default_rng(5), 0, 40
    draw: dict[str, Callable[[], object]] = {
        "normal": lambda: rng.normal(0, 1, ROWS),
        "exponential": lambda: rng.exponential(1, ROWS),
        "lognormal": lambda: rng.lognormal(8, 1.5, ROWS),
        "student": lambda: rng.standard_t(2, ROWS),
        "pareto": lambda: rng.pareto(1, ROWS),
        "zeros": lambda: np.where(rng.random(ROWS) < 0.9, 0, rng.lognormal(8, 1, ROWS)),
        "counts": lambda: rng.negative_binomial(1, 0.2, ROWS),
    }
    accused = len(failures(pl.DataFrame({f"c{i}": draw[kind]() for i in range(worlds)}), "DAT016"))
    print(f"{kind}: {accused} of {worlds} clean columns accused")
    assert accused == 0


def test_far_values_that_one_group_explains_are_let_be() -> None:
    rng = np.random.default_rng(2)
    boat = rng.random(ROWS) < 0.02
    weight = np.where(boat, rng.normal(900, 50, ROWS), rng.normal(20, 3, ROWS))
    told = pl.DataFrame({"weight": weight, "kind": np.where(boat, "boat", "parcel")})
    assert not failures(told, "DAT016")
    assert failures(told.select("weight"), "DAT016")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (lambda i: f"+31 6 {10_000_000 + 37 * i}", lambda text: text.replace(" ", "")),
        (lambda i: f"p{i}@mail.org", lambda text: text.replace("@", " at ")),
        (lambda i: f"{1000 + i * 3 % 9000} {chr(65 + i % 26)}{chr(65 + i % 23)}", lambda text: text[:3]),
        (lambda i: f"INV-{10_000 + 31 * i}", str.lower),
    ],
    ids=["phone", "e-mail", "postcode", "key"],
)
def test_values_that_break_a_learned_pattern_are_counted(
    good: Callable[[int], str], bad: Callable[[str], str]
) -> None:
    values = [bad(good(i)) if i % 100 == 0 else good(i) for i in range(ROWS)]
    found = failures(column(values), "DAT017")["column:value"]
    assert found.details["rows_touched"] == 20


def test_keys_that_grow_by_a_digit_and_words_break_no_pattern() -> None:
    keys = [f"INV-{9_950 + i}" for i in range(ROWS)]
    assert not failures(column(keys), "DAT017")
    zones = ["Europe", "US (East)", "America/Chicago", "Asia", "US (West)"]
    assert not failures(column([zones[i % 5 if i % 50 == 0 else 0] for i in range(ROWS)]), "DAT017")


def test_spellings_of_one_city_are_merged_and_frequent_neighbours_never() -> None:
    cities = ["London"] * 1500 + ["Lisbon"] * 460 + ["LONDON"] * 20 + ["Lodnon"] * 12 + ["Lisbón"] * 8
    found = failures(column(cities), "DAT018")["column:value"]
    meant = {one: other for one, other, _ in found.details["variants"]}
    assert meant == {"LONDON": "London", "Lodnon": "London", "Lisbón": "Lisbon"}
    frequent = ["marine"] * 1000 + ["marina"] * 900 + ["route 66"] * 60 + ["route 67"] * 40
    assert not failures(column(frequent), "DAT018")


def test_each_trace_of_a_spreadsheet_is_named() -> None:
    rng = np.random.default_rng(4)
    hit = np.arange(ROWS) % 50 == 0
    keys = rng.integers(10**12, 10**13, ROWS)
    table = pl.DataFrame(
        {
            "band": np.where(hit, "20-Oct", [f"{10 * (i % 8)}-{10 * (i % 8) + 9}" for i in range(ROWS)]),
            "account": [f"{k:.5E}" if h else f"K{k}" for k, h in zip(keys.tolist(), hit, strict=True)],
            "shop": [str(i % 9000) if h else f"{i % 9000:05d}" for i, h in enumerate(hit)],
            "sent": ["45321" if h else f"2023-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i, h in enumerate(hit)],
            "long": [round(k, -7) if h else k for k, h in zip(keys.tolist(), hit, strict=True)],
        }
    )
    damage = {s: list(r.details["damage"]) for s, r in failures(table, "DAT019").items()}
    assert damage == {
        "column:band": ["ranges or codes turned into dates"],
        "column:account": ["long numbers in scientific notation"],
        "column:shop": ["leading zeros lost"],
        "column:sent": ["dates turned into day numbers"],
        "column:long": ["long numbers rounded to six digits"],
    }


def test_copies_with_a_changed_cell_are_found_and_rows_alike_by_nature_are_not() -> None:
    rng = np.random.default_rng(1)
    people = pl.DataFrame({f"c{i}": rng.normal(0, 1, ROWS).round(3 - (i == 5)) for i in range(8)})
    copies = people.head(60).with_columns(pl.col("c5") + 1)
    found = failures(pl.concat([people, copies]), "DAT021")["table"]
    assert found.details["rows_touched"] == 60
    assert found.details["cells"] == {"c5": 60}
    grid = pl.DataFrame({f"c{i}": rng.integers(0, 4, ROWS) for i in range(8)})
    assert not failures(grid, "DAT021")


def test_an_experiment_and_things_of_one_kind_hold_no_copies() -> None:
    rng = np.random.default_rng(2)
    grid = pl.DataFrame({"shape": range(12)}).join(pl.DataFrame({"side": range(4)}), how="cross")
    grid = grid.join(pl.DataFrame({"glass": range(16)}), how="cross")
    load = (grid["shape"] * 7 + grid["glass"]).cast(pl.Float64)  # the side changes nothing
    grid = grid.with_columns(*((pl.col("shape") * i % 5).alias(f"x{i}") for i in range(2, 6)), load=load)
    assert not failures(grid, "DAT021")
    types = rng.choice(150, ROWS, p=(weights := rng.pareto(1, 150) + 0.05) / weights.sum())
    planes = pl.DataFrame(
        {"tail": [f"N{i}" for i in range(ROWS)]} | {f"c{i}": types % (i + 40) for i in range(6)}
    )
    assert not failures(planes, "DAT003")
    people = pl.DataFrame({f"c{i}": rng.integers(0, 90, ROWS) for i in range(6)})
    keyed = pl.concat([people] * 3).with_columns(tail=pl.Series([f"N{i}" for i in range(3 * ROWS)]))
    assert failures(keyed, "DAT003")["table"].details["rows_touched"] == 2 * ROWS


def test_personal_data_is_named_and_never_shown() -> None:
    cards = ["4539148803436467", "4485275742308327", "4929804463622139"]
    table = pl.DataFrame(
        {
            "payment": [cards[i % 3] if i % 2 else None for i in range(300)],
            "account": ["NL91ABNA0417164300"] * 200 + ["DE89370400440532013000"] * 100,
            "first_name": [("Ann", "Bob", "Eve", "Ada", "Ian")[i % 5] for i in range(300)],
            "note": [f"please call back {i} about the chair" for i in range(290)]
            + [f"mail me: ann.smith{i}@mail.org or call" for i in range(10)],
            "code": [str(4_000_000_000_000_000 + 7 * i) for i in range(300)],
        }
    )
    found = failures(table, "DAT022", "DAT023")
    assert {s: r.details.get("kind", "text") for s, r in found.items()} == {
        "column:payment": "payment card",
        "column:account": "bank account (IBAN)",
        "column:first_name": "name of a person",
        "column:note": "text",
    }
    said = " ".join(f"{r.finding} {r.details} {r.chart}" for r in found.values())
    for secret in (*cards, "0417164300", "Ann", "ann.smith"):
        assert secret not in said


@pytest.mark.parametrize(
    ("harm", "what", "every"),
    [
        (lambda text: text + " cafÃ©", "broken letters", 100),
        (lambda text: text + "<br/>", "remains of HTML", 20),
        (str.upper, "all in capitals", 6),
        (lambda _: "Die Lampe ist nicht so gut und der Stuhl war kaputt", "another language", 10),
        (lambda text: text + " \U0001f600", "emoji", 6),
        (lambda _: "Thank you for your order, we will be back.", "the same text again and again", 6),
        (lambda _: "-", "hardly a word", 10),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_texts_that_cannot_be_read_are_told_by_their_trouble(
    harm: Callable[[str], str], what: str, every: int
) -> None:
    texts = [f"The chair number {i} is fine and we are happy with it" for i in range(ROWS)]
    assert not failures(column(texts), "DAT024")
    harmed = [harm(text) if i % every == 0 else text for i, text in enumerate(texts)]
    assert next(iter(failures(column(harmed), "DAT024")["column:value"].details["troubles"])) == what


def test_texts_cut_at_one_length_are_told() -> None:
    rng = np.random.default_rng(3)
    words = np.array(["and", "it", "was", "good", "delivery", "chair", "broken", "thank", "you"])
    sizes = rng.integers(40, 300, ROWS)
    texts = [" ".join(words[rng.integers(0, 9, 60)])[: int(n)] for n in sizes]
    assert not failures(column(texts), "DAT024")
    troubles = failures(column(text[:120] for text in texts), "DAT024")["column:value"].details["troubles"]
    assert next(iter(troubles)) == "cut off at one length"


def notes() -> list[str]:
    rng = np.random.default_rng(5)
    words = np.array(["and", "it", "was", "good", "delivery", "chair", "broken", "thank", "you", "an"])
    return [" ".join(words[rng.integers(0, 10, n)]) + "." for n in rng.integers(8, 60, ROWS)]


def between_words(text: str) -> str:
    return text if len(text) <= 120 else text[:121].rsplit(" ", 1)[0]


@pytest.mark.parametrize(
    "cut",
    [
        lambda text, _: text if len(text) <= 120 else text[:117] + "...",
        lambda text, _: text if len(text) <= 120 else text[:119] + "…",
        lambda text, _: between_words(text),
        lambda text, _: between_words(text) + ("..." if len(text) > 120 else ""),
        lambda text, i: text[:80] if i % 3 == 0 else text,
        lambda text, i: text if len(text) <= 80 or i % 3 else text[:77] + "...",
    ],
    ids=["dots", "ellipsis", "between words", "between words with dots", "one source", "dots of one source"],
)
def test_texts_cut_in_any_way_are_told(cut: Callable[[str, int], str]) -> None:
    texts = notes()
    assert not failures(column(texts), "DAT024")
    found = failures(column(cut(text, i) for i, text in enumerate(texts)), "DAT024")
    assert next(iter(found["column:value"].details["troubles"])) == "cut off at one length"


def test_dots_at_the_end_are_a_habit_where_they_stand_in_many_lengths() -> None:
    texts = [text[:-1] + "..." if i % 4 == 0 else text for i, text in enumerate(notes())]
    assert not failures(column(texts), "DAT024")


@pytest.mark.parametrize("encoding", ["mac_roman", "cp437", "cp850", "cp1250", "cp1252"])
def test_letters_read_in_another_encoding_are_broken(encoding: str) -> None:
    texts = [f"Der Stuhl Nummer {i} ist schön und für uns genau das Richtige" for i in range(ROWS)]
    assert not failures(column(texts), "DAT024")
    misread = [
        text.encode().decode(encoding, "replace") if i % 50 == 0 else text for i, text in enumerate(texts)
    ]
    found = failures(column(misread), "DAT024")["column:value"].details["troubles"]
    assert found["broken letters"]["texts"] == ROWS // 50


def test_languages_are_told_by_their_words_and_letters() -> None:
    told = {
        "Pacjent zgłasza lekki ból od wczoraj wieczorem": "Polish",
        "Il prodotto è arrivato in ritardo e la scatola era rotta": "Italian",
        "Paketet kom för sent och lådan var trasig": "Swedish",
        "The statue of Lech Wałęsa is in the park": "English",
        "Maria de la Cruz": None,
    }
    assert languages(pl.Series(list(told))).to_list() == list(told.values())


@pytest.mark.parametrize(
    "values",
    [
        [None] * 60,
        ["", " "] * 30,
        ["\x00\ufffd"] * 60,
        ["x" * 100_000] * 60,
        [float("inf"), float("nan")] * 30,
    ],
    ids=["null", "blank", "control", "long", "infinite"],
)
def test_strange_columns_break_no_detector(values: list[object]) -> None:
    table = pl.DataFrame({"value": values, "other": range(len(values))}, strict=False)
    assert not [r.finding for r in results(table) if r.verdict is Verdict.ERROR]


def test_a_handful_of_rows_accuses_nobody() -> None:
    table = pl.DataFrame({"price": [1.0, 2.0, 900.0], "key": ["A-1", "A-2", "A3"], "town": ["a", "A", "b"]})
    assert not failures(table)


def test_flaws_of_public_tables_are_found(shared_data: Callable[[str], Path]) -> None:
    phones = failures(read_file(shared_data("er_restaurants/fodors.csv")))
    assert {"column:phone", "column:addr", "column:type"} <= set(phones)  # a phone number stands in `type`
    hospital = failures(read_file(shared_data("dirty_hospital/dirty.csv")), "DAT018")
    assert hospital["column:City"].details["rows_touched"] >= 20
    healthy = failures(read_file(shared_data("dirty_hospital/clean.csv")), "DAT016", "DAT017", "DAT018")
    assert not healthy
    people = failures(read_file(shared_data("er_febrl/dataset1.csv")), "DAT021", "DAT022")
    assert {"table", "column:given_name", "column:surname", "column:date_of_birth"} <= set(people)
