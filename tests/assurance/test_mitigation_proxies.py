"""Inputs that stand in for a group: found where planted, silent in a clean world, unsure of few rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from airworthy.assurance.mitigation.proxies import find_proxies, foretold_together, stand_ins
from airworthy.assurance.mitigation.wordlist import by_words
from airworthy.charter.scope import Scope
from airworthy.data.bare import scope_of_plain
from airworthy.data.declared import declared


def people(seed: int, rows: int = 1200, *, planted: bool) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    woman = draw.random(rows) < 0.4
    told = draw.random(rows) < (0.9 if planted else 0.5)
    word = np.where(woman & planted & (draw.random(rows) < 0.6), "netball", "chess")
    return pl.DataFrame(
        {
            "college": np.where(woman == told, "Ash", "Birch")
            if planted
            else draw.choice(["Ash", "Birch"], rows),
            "hobbies": [
                f"{own} and walks for {years} years" for own, years in zip(word, range(rows), strict=True)
            ],
            "score": draw.normal(size=rows).round(3),
            "gender": np.where(woman, "f", "m"),
            "hired": draw.choice(["no", "yes"], rows),
        }
    )


def looked(frame: pl.DataFrame, entity: str = "") -> tuple[Scope, pl.DataFrame]:
    told = declared(protected="gender", entity=entity or ())
    return scope_of_plain(frame, "hired", None, told)


def test_a_category_and_a_word_that_tell_the_group_are_found() -> None:
    scope, table = looked(people(1, planted=True))
    found = {proxy.column: proxy for proxy in find_proxies(table, scope)}
    assert stand_ins(found.values(), 0.7) == ("college", "hobbies")
    assert found["college"].group == "f"
    assert found["college"].low < 0.9 < found["college"].high + 0.02  # nine in ten of both are told right
    assert not found["score"].shown


def test_a_clean_world_shows_none() -> None:
    shown = 0
    for seed in range(12):
        scope, table = looked(people(seed, 600, planted=False))
        shown += bool([proxy for proxy in find_proxies(table, scope) if proxy.shown])
    assert shown <= 2  # 5 % each: three of twelve would be one chance in fifty


def test_what_is_left_foretells_less() -> None:
    scope, table = looked(people(2, planted=True))
    (whole,), (rest,) = (
        foretold_together(table, scope),
        foretold_together(table, scope, ("college", "hobbies")),
    )
    assert whole.auc > 0.9
    assert rest.low is not None
    assert rest.low < 0.5 < rest.auc + 0.1
    assert rest.without == ("college", "hobbies")


def test_an_entity_counts_once() -> None:
    frame = people(3, 400, planted=True)
    twice = pl.concat([frame, frame]).with_columns(pl.Series("person", [*range(400), *range(400)]))
    scope, table = looked(twice, "person")
    assert {proxy.rows for proxy in find_proxies(table, scope)} == {400}


def test_groups_of_too_few_rows_are_not_foretold() -> None:
    scope, table = looked(people(4, 60, planted=True))
    assert find_proxies(table, scope) == ()
    assert foretold_together(table, scope) == ()


def test_words_are_judged_on_the_half_that_did_not_teach_them() -> None:
    # Each text has a word of its own: what a half learns of them says nothing about the other.
    texts = pl.Series([f"word{i} word{i} same" for i in range(200)])
    codes = np.arange(200) % 2
    told = by_words(texts, codes, ("a", "b"), np.arange(200) < 100)
    assert told is not None
    assert told.auc == pytest.approx(0.5)
    assert by_words(texts, codes * 0, ("a", "b"), np.arange(200) < 100) is None
