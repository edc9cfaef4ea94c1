"""Words for missing in many languages, letters written out, codes of another width, and honest zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import audit_frame
from airworthy.data.facts.sentinels import distribution, find
from airworthy.data.facts.variants import with_keys
from airworthy.data.lexical import type_text
from airworthy.kernel.result import Result


def failures(name: str, values: list[object], code: str) -> list[Result]:
    table = pl.DataFrame({name: values, "n": [0.5 * n for n in range(len(values))]})
    return [r for r in audit_frame(table).failures if (r.code, r.subject) == (code, f"column:{name}")]


@pytest.mark.parametrize(
    "word", ["keine Angabe", "Onbekend", "NIE PODANO", "não informado", "non renseigne", "Not_Known", "<n/a>"]
)
def test_words_for_missing_are_known_in_many_languages(word: str) -> None:
    (found,) = failures("ward", ["north", "south", "east"] * 320 + [word] * 40, "DAT005")
    assert found.details["rows_touched"] == 40


@pytest.mark.parametrize("word", ["brak", "keine", "ninguno", "andere", "autre", "absent"])
def test_answers_are_not_taken_for_missing(word: str) -> None:
    assert not failures("allergy", ["north", "south", "east"] * 320 + [word] * 40, "DAT005")


def test_letters_written_out_are_spellings_of_one_place() -> None:
    places = (
        ["Nürnberg", "Århus", "Jyväskylä"] * 320 + ["Nuernberg"] * 20 + ["Aarhus"] * 15 + ["Jyvaskyla"] * 5
    )
    (found,) = failures("place", places, "DAT018")
    assert found.details["rows_touched"] == 40


def test_names_with_two_vowels_are_themselves() -> None:
    keys = with_keys(pl.DataFrame({"value": ["Michael", "Joel", "Müller", "Mueller", "Øst", "Straße"]}))[
        "key"
    ]
    assert keys.to_list() == ["michael", "joel", "muller", "muller", "ost", "strasse"]


def test_a_pile_of_zeros_below_skewed_amounts_or_at_rest_is_no_stand_in() -> None:
    rng = np.random.default_rng(7)
    none = rng.random((20, 300)) < 0.45
    wrong = []
    for seed in range(20):
        amounts = np.where(none[seed], 0, rng.gamma(3, 9, 300).round(2))
        standard = np.where(none[seed], -0.94572, rng.normal(0.8, 0.25, 300))
        wrong += [found for column in (amounts, standard) if (found := find(distribution(pl.Series(column))))]
    print(f"stand-ins found in 40 columns with a natural pile: {wrong}")
    assert not wrong
    skinfold = np.where(none[0], 0, rng.normal(29, 8, 300).clip(10).round())
    assert find(distribution(pl.Series(skinfold))) == [0.0]


@pytest.mark.parametrize(
    ("write", "damage"),
    [
        (lambda n: f"{n % 89 + 10}-{n * 37 % 900 + 100}", lambda code: code + "7"),
        (lambda n: f"{n % 8999 + 1000}-{n * 37 % 900 + 100}", lambda code: code[:-1]),
        (lambda n: n * 7919 % 89_999 + 10_000, lambda code: code // 10),
        (lambda n: n * 7919 % 89_999 + 10_000, lambda code: code * 10 + 3),
    ],
)
def test_postcodes_of_another_width_are_broken_in_text_and_in_numbers(
    write: Callable[[int], Any], damage: Callable[[Any], Any]
) -> None:
    codes = [write(n) for n in range(1500)]
    assert not failures("zip", codes, "DAT017")
    broken = [damage(code) if n % 50 == 0 else code for n, code in enumerate(codes)]
    (found,) = failures("zip", broken, "DAT017")
    assert found.details["rows_touched"] >= 28


def test_keys_that_grow_by_a_digit_keep_their_pattern_and_others_among_them_do_not() -> None:
    counted = [f"INV-{n}" for n in range(9_950, 11_500)]
    assert not failures("invoice", counted, "DAT017")
    (found,) = failures("invoice", [*counted, "INV-123456", "INV-77", "INV-78"], "DAT017")
    assert found.details["rows_touched"] == 3


def prose(lengths: list[int]) -> list[object]:
    words = ["the", "room", "was", "quiet", "and", "warm", "with", "a", "view", "of", "harbour", "nearby"]
    rng = np.random.default_rng(5)
    return [f"{place} " + " ".join(rng.choice(words, length)) for place, length in enumerate(lengths)]


def test_skewed_lengths_are_no_heap_of_short_texts() -> None:
    rng = np.random.default_rng(3)
    skewed = [int(n) for n in rng.lognormal(3.2, 1.15, 300).clip(1, 600)]
    assert not failures("review", prose(skewed), "DAT024")
    (found,) = failures("review", prose([2] * 100 + [30 + n % 40 for n in range(200)]), "DAT024")
    assert found.details["troubles"]["far shorter than the rest"]["texts"] == 100


def test_a_minus_behind_a_number_is_read_as_below_zero_and_said() -> None:
    typed = type_text(pl.DataFrame({"heat": ["36.5"] * 980 + ["37.4-"] * 15 + ["(12)"] * 5}))
    assert typed.frame["heat"].to_list() == [36.5] * 980 + [-37.4] * 15 + [-12.0] * 5
    (note,) = typed.notes
    assert note.text.startswith("20 of 1,000 values have a minus behind them or stand in brackets")


def test_a_minus_behind_a_number_is_another_form_beside_words() -> None:
    values: list[object] = [f"{36 + n % 40 / 10:.1f}" for n in range(980)] + ["37.4-"] * 20 + ["hot"] * 3
    (found,) = failures("heat", values, "DAT004")
    assert found.details["forms"]["number with its sign behind"] == 20


def test_a_code_ranges_away_is_found_beside_values_of_many_rows() -> None:
    values = pl.Series([-0.4 + n % 15 * 0.1 for n in range(3000)] + [-32768.0] * 60)
    assert find(distribution(values)) == [-32768.0]
    assert find(distribution(values.replace(-32768.0, 65535.0))) == [65535.0]
