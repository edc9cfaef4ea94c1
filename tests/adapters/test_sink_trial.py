"""The trial in words: what a target did to a value, and whose fault a refusal is."""

from __future__ import annotations

import pytest

from airworthy.adapters.sinks.compare import Match, match_of
from airworthy.adapters.sinks.trial import change_words
from airworthy.adapters.sinks.waiting import Patience

AT = "2026-05-04T12:00:00.123456Z"


@pytest.mark.parametrize(
    ("name", "sent", "held", "match"),
    [
        ("score", 0.73, 0.73, Match.SAME),
        ("score", 0.1, 0.10000000149011612, Match.ROUNDED),  # what single precision keeps of 0.1
        ("score", 0.7312, 0.73, Match.DIFFERENT),
        ("score", 1e-9, 0.0, Match.DIFFERENT),
        ("score", 1.0, True, Match.DIFFERENT),
        ("score", 0.73, "0,73", Match.DIFFERENT),
        ("decision", "yes", "yes  ", Match.SAME),  # CHAR(5)
        ("decision", "yes", "YES", Match.DIFFERENT),
        ("reason", None, "", Match.SAME),
        ("reason", None, "None", Match.DIFFERENT),
        ("decided_at", AT, "2026-05-04 12:00:00.123456", Match.SAME),
        ("decided_at", AT, "2026-05-04T14:00:00.123456+02:00", Match.SAME),
        ("decided_at", AT, "2026-05-04 12:00:00", Match.ROUNDED),
        ("decided_at", AT, "2026-05-04 14:00:00.123456", Match.DIFFERENT),
        ("decided_at", AT, "04.05.2026", Match.DIFFERENT),
    ],
)
def test_what_comes_back_is_the_same_rounded_or_something_else(
    name: str, sent: str | float | None, held: object, match: Match
) -> None:
    assert match_of(name, sent, held) is match


@pytest.mark.parametrize(
    ("name", "sent", "held", "said"),
    [
        (
            "score",
            0.7312,
            0.73,
            "turns score 0.7312 into 0.73: it keeps 2 decimals; if they are enough, write digits = 2",
        ),
        ("score", 0.7312, "n/a", "turns score 0.7312 into 'n/a'"),
        ("reason", None, "None", "turns an empty reason into 'None'"),
        ("reason", "Größe", "Gr??e", "changes letters of reason: 'Größe' comes back as 'Gr??e'"),
        (
            "decided_at",
            AT,
            "2026-05-04 10:00:00.123456",
            "moves decided_at by -2:00:00: 2026-05-04 10:00:00.123456",
        ),
    ],
)
def test_what_a_target_did_is_one_sentence(
    name: str, sent: str | float | None, held: object, said: str
) -> None:
    assert change_words(name, sent, held) == said


def test_waits_grow_and_keep_within_what_was_declared() -> None:
    patience = Patience(shortest=0.5, longest=4.0)
    assert [patience.seconds(None, attempt) for attempt in range(5)] == [0.5, 1.0, 2.0, 4.0, 4.0]
    assert patience.seconds(315_360_000.0, 0) == 4.0
