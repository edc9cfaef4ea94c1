"""The outbox: what is sent again, what is not, and what a row's latest score is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from airworthy.adapters.sinks.outbox import FILE, Draft, Outbox, Posted, State
from airworthy.kernel.errors import WorkspaceError

MONDAY, TUESDAY = "2026-05-04T12:00:00.000000Z", "2026-05-05T12:00:00.000000Z"
WEDNESDAY = "2026-05-06T12:00:00.000000Z"


def draft(
    score: float, at: str = MONDAY, *, version: str = "v1", expires: str | None = None, dated: bool = False
) -> Draft:
    return Draft(("7",), {"score": score, "decided_at": at}, version, at, expires, dated)


def posted(outbox: Outbox, one: Draft, now: str) -> Posted:
    return outbox.post("crm", [one], now)["7",]


def confirm(outbox: Outbox, now: str = MONDAY) -> None:
    outbox.settle("crm", [letter.key for letter in outbox.take("crm", 9, now)], State.CONFIRMED)


def test_the_same_score_again_is_not_sent_and_another_version_or_value_is(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        assert posted(outbox, draft(0.5), MONDAY) is Posted.NEW
        assert posted(outbox, draft(0.5), MONDAY) is Posted.WAITING
        confirm(outbox)
        assert posted(outbox, draft(0.5, TUESDAY), TUESDAY) is Posted.UNCHANGED
        assert posted(outbox, draft(0.5, TUESDAY, version="v2"), TUESDAY) is Posted.NEW
        confirm(outbox)
        assert posted(outbox, draft(0.75, TUESDAY, version="v2"), TUESDAY) is Posted.NEW
        assert outbox.counts("crm") == {State.PENDING: 1}


def test_a_score_that_returns_to_what_it_was_is_sent_under_a_new_key(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        keys = []
        for at, score in ((MONDAY, 0.5), (TUESDAY, 0.75), (WEDNESDAY, 0.5)):
            assert posted(outbox, draft(score, at), at) is Posted.NEW
            (letter,) = outbox.take("crm", 1, at)
            keys.append(letter.once)
            outbox.settle("crm", [letter.key], State.CONFIRMED)
        assert len(set(keys)) == 3


def test_an_older_decision_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        posted(outbox, draft(0.5, TUESDAY, dated=True), WEDNESDAY)
        assert posted(outbox, draft(0.25, MONDAY, dated=True), WEDNESDAY) is Posted.OLDER
        assert outbox.in_state("crm", State.PENDING)[0].values["score"] == 0.5


def test_a_stale_score_is_neither_taken_in_nor_sent(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        assert posted(outbox, draft(0.5, expires=TUESDAY, dated=True), WEDNESDAY) is Posted.STALE
        assert posted(outbox, draft(0.5, expires=TUESDAY, dated=True), MONDAY) is Posted.NEW
        assert outbox.take("crm", 9, WEDNESDAY) == []
        assert outbox.counts("crm") == {State.STALE: 1}


def test_an_unchanged_score_that_grew_stale_is_decided_anew(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        posted(outbox, draft(0.5, expires=TUESDAY), MONDAY)
        confirm(outbox)
        again = draft(0.5, WEDNESDAY, expires="2026-05-07T12:00:00.000000Z")
        assert posted(outbox, again, WEDNESDAY) is Posted.NEW


def test_a_row_counts_its_attempts_and_waits_for_its_turn(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        for name in "abc":
            outbox.post("crm", [Draft((name,), {"score": 0.5}, "v1", MONDAY)], MONDAY)
        first = outbox.take("crm", 2, MONDAY)
        assert [one.key for one in first] == [("a",), ("b",)]
        outbox.settle("crm", [("a",)], State.PENDING, "busy")
        assert [(one.key, one.attempts) for one in outbox.take("crm", 2, MONDAY)] == [
            (("a",), 1),
            (("c",), 0),
        ]


def test_rows_of_two_sinks_do_not_meet(tmp_path: Path) -> None:
    with Outbox(tmp_path) as outbox:
        outbox.post("crm", [draft(0.5)], MONDAY)
        outbox.post("shop", [draft(0.25)], MONDAY)
        assert [one.values["score"] for one in outbox.take("shop", 9, MONDAY)] == [0.25]
        assert outbox.counts("crm") == {State.PENDING: 1}


def test_an_outbox_of_a_newer_release_and_a_broken_one_are_refused_in_words(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA user_version=9")
    with pytest.raises(WorkspaceError, match="has format 9"):
        Outbox(tmp_path)
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        Outbox(tmp_path)
