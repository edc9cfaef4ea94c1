"""Words for missing in many languages, letters written out, codes of another width, and honest zeros."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from airworthy.data.audit import audit_frame
from airworthy.data.facts.sentinels import distribution, find
from airworthy.data.facts.variants import with_keys
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
