"""Texts in a woman's and a man's version: grammar, letters' case, names, and what is left alone."""

from __future__ import annotations

import pytest

from airworthy.assurance.swaps import GENDERED, Kind, Reader, written
from airworthy.assurance.swaps.columns import Told, told_columns
from airworthy.assurance.swaps.names import AMBIGUOUS, MEN, WOMEN
from airworthy.assurance.swaps.scored import hide
from airworthy.scoring.contract import Column, LogicalType

NO_NAMES = (Kind.PRONOUNS, Kind.TITLES, Kind.WORDS)
PAIRS = (
    ("She lost her bag, and I gave her mine.", "He lost his bag, and I gave him mine."),
    ("The bag is hers; tell her it was found.", "The bag is his; tell him it was found."),
    (
        "I saw her yesterday. Her flight left without her!",
        "I saw him yesterday. His flight left without him!",
    ),
    ("They let her wait and made her cry by herself", "They let him wait and made him cry by himself"),
    ("It is her very best work, on her 3rd try", "It is his very best work, on his 3rd try"),
    ("we got her home, to her home", "we got him home, to his home"),
    ("SHE'S LATE, says Ms. Walsh's niece", "HE'S LATE, says Mr. Walsh's nephew"),
    ("the WAITRESS, a mother of two", "the WAITER, a father of two"),
    ("her mother-in-law, the widow", "his father-in-law, the widower"),
    (
        "Yes, ma'am. Maternity leave for my sister's girlfriend",
        "Yes, sir. Paternity leave for my brother's boyfriend",
    ),
)
MIXED = (
    ("the chairman and her husband", "the chairwoman and her wife", "the chairman and his husband"),
    ("Mrs. Walsh told his father", "Mrs. Walsh told her mother", "Mr. Walsh told his father"),
)
UNTOUCHED = (
    "He or she may sign for his/her child, ladies and gentlemen.",
    "girls (and boys) and Mr. and Mrs. Smith",
    "Oh man! Man, I miss you. Miss you too. MS Word",
    "ask @Emily or mail greg@home.org about #Sarah at www.emily.com",
    "We flew from Charlotte to St. Paul, over Virginia in May. Will it rain?",
    "Mr James, of Elizabeth Street, left John Wayne Airport for Lake Elizabeth",
    "the lady2 room, sheer heresy and Sherpa mandates",
    "Men's Wearhouse and Man United",
)


def versions(text: str) -> list[str]:
    markers = Reader().markers(text, NO_NAMES)
    return [written(text, markers, side) for side in (0, 1)]


@pytest.mark.parametrize(("woman", "man"), PAIRS)
def test_a_text_becomes_its_counterpart_and_back(woman: str, man: str) -> None:
    assert versions(woman) == versions(man) == [woman, man]


@pytest.mark.parametrize(("text", "woman", "man"), MIXED)
def test_a_text_of_both_is_written_all_of_women_and_all_of_men(text: str, woman: str, man: str) -> None:
    assert versions(text) == [woman, man]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_tells_of_nobody_or_of_both_is_left_alone(text: str) -> None:
    kinds = GENDERED if "Mr James" not in text else (Kind.NAMES,)
    assert Reader().markers(text, kinds) == ()


def test_a_name_keeps_its_counterpart_within_a_text_and_two_names_never_share_one() -> None:
    text = "Emily met Sarah. Then Emily's bag was found by Greg."
    markers = Reader().markers(text, (Kind.NAMES,))
    told = [marker.forms[1] for marker in markers]
    assert told[0] == told[2]
    assert len(set(told)) == 3
    assert told[3] == "Greg"


def test_names_that_stand_in_come_from_the_rows() -> None:
    seen = ["Emily", "Anna", "Laura", "Nina", "Rita", "Carlos", "Luis", "Pedro", "Omar", "Raul", "Carlos"]
    reader = Reader.of_names(seen)
    texts = [f"{name} called, case {case}" for name in ("Emily", "Jessica") for case in range(40)]
    used = {reader.markers(text, (Kind.NAMES,))[0].forms[1] for text in texts}
    assert used == {"Carlos", "Luis", "Pedro", "Omar", "Raul"}


def test_names_of_groups_keep_the_gender() -> None:
    (marker,) = Reader().markers("I spoke with Jessica today", (Kind.GROUPS,))
    black, white = marker.forms
    assert black in ("Aisha", "Ebony", "Keisha", "Kenya", "Lakisha", "Latonya", "Latoya", "Tamika", "Tanisha")
    assert white in ("Allison", "Anne", "Carrie", "Emily", "Jill", "Kristen", "Laurie", "Meredith", "Sarah")
    (own,) = Reader().markers("I spoke with Jamal today", (Kind.GROUPS,))
    assert own.forms[0] == "Jamal"
    assert own.side == 0


def test_no_name_stands_for_both_and_every_ambiguous_one_is_known() -> None:
    women, men = ({name.lower() for name in names} for names in (WOMEN, MEN))
    assert not women & men
    assert women | men >= AMBIGUOUS


def test_columns_of_names_and_of_text_are_read_and_others_are_not() -> None:
    def category(name: str, *values: str) -> Column:
        return Column(name=name, type=LogicalType.CATEGORY, vocabulary=values)

    found = told_columns(
        (
            category("first_name", "Emily", "greg", "Virginia", "Zyx"),
            category("full_name", "Emily Walsh", "Greg Baker", "Anne Moore"),
            category("city", "Charlotte", "Boston", "Denver", "Miami", "Reno"),
            category("phrase", "she lost her bag", "he came very late"),
            category("sex", "female", "male"),
            Column(name="note", type=LogicalType.TEXT),
            Column(name="age", type=LogicalType.INTEGER),
        )
    )
    names = (Told("first_name", True), Told("full_name", True))
    assert found == (*names, Told("phrase"), Told("note"))


def test_a_cell_that_is_a_name_changes_its_first_word_in_its_own_letters() -> None:
    reader = Reader.of_names(["emily", "greg"], fill=False)
    (marker,) = reader.markers("emily walsh", (Kind.NAMES,), alone=True)
    assert written("emily walsh", (marker,), 1) == "greg walsh"
    assert Reader.of_names(["emily"], fill=False).markers("emily", (Kind.NAMES,), alone=True) == ()


def test_examples_hide_digits() -> None:
    assert hide("Emily, account 4711,\n tel. 0171") == "Emily, account ####, tel. ####"
