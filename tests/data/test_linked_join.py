"""A join without a key in the charter: rows kept, one partner each, nothing compared that comes too late."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import Charter
from airworthy.charter.parse import parse_charter
from airworthy.data.assembly import Assembled, assemble
from airworthy.data.linkage.answers import keys_of
from airworthy.data.linkage.columns import choose_columns
from airworthy.data.linkage.joining import answers_digests
from airworthy.data.linkage.link import link_chosen
from airworthy.data.linkage.partners import Partners
from airworthy.data.roles import role_of
from airworthy.kernel.errors import CharterError
from airworthy.kernel.progress import QuietProgress
from airworthy.scoring.contract import LogicalType, Role

FIRST = ["anna", "berta", "carla", "dora", "emma", "frida", "greta", "hanna", "ida", "jana", "klara", "lena"]
LAST = ["meier", "huber", "wagner", "becker", "fuchs", "vogel", "keller", "frank", "lang", "roth", "winter"]

CHARTER = """
name = "leavers"
purpose = "Call those who may leave"
task = "binary"
seed = 3
[[sources]]
name = "shop"
path = "shop.csv"
[[sources]]
name = "crm"
path = "crm.csv"
[[joins]]
source = "crm"
prefix = "crm_"
[joins.link]
{link}
[target]
column = "left"
{data}
[budget]
time = "3m"
"""


def people(count: int) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "name": [
                f"{a} {b}{n}"
                for a, b, n in zip(
                    rng.choice(FIRST, count), rng.choice(LAST, count), rng.integers(0, 30, count), strict=True
                )
            ],
            "town": rng.choice(["bern", "basel", "chur", "genf"], count),
            "born": rng.integers(1930, 2005, count).astype(str),
            "left": rng.choice(["no", "yes"], count),
        }
    )


def world(folder: Path, link: str, data: str = "", orders: int = 1) -> Charter:
    """A shop of 200 people, `orders` rows each; the help desk knows the last 150 in capitals and its own order."""
    everyone = people(200)
    shop = pl.concat([everyone] * orders)
    crm = (
        everyone[50:]
        .reverse()
        .select(
            pl.col("name").str.to_uppercase().alias("customer"),
            "town",
            "born",
            pl.int_range(150).alias("calls"),
            pl.col("left").alias("gone"),
        )
    )
    shop.write_csv(folder / "shop.csv")
    crm.write_csv(folder / "crm.csv")
    text = CHARTER.format(link=link, data=data)
    (folder / "airworthy.toml").write_text(text)
    return parse_charter(text, folder / "airworthy.toml")


def assembled(charter: Charter) -> Assembled:
    return assemble(charter, QuietProgress())


def test_each_row_finds_its_own_partner_and_no_row_is_lost_or_doubled(tmp_path: Path) -> None:
    made = assembled(world(tmp_path, 'same = { name = "customer" }'))
    assert made.frame["__row__"].to_list() == list(range(200))
    expected = [None] * 50 + [str(at) for at in range(149, -1, -1)]  # the help desk has them in reverse
    assert made.frame["crm_calls"].to_list() == expected
    (report,) = made.joins
    assert (report.matched, report.unmatched) == (150, 50)
    assert report.link is not None
    assert report.link.linked == 150
    assert "name = customer" in report.sentence()


def test_the_outcome_and_what_follows_the_decision_are_not_compared(tmp_path: Path) -> None:
    charter = world(tmp_path, 'same = { name = "customer" }', '[data]\nafter_decision = ["crm_gone"]')
    (report,) = assembled(charter).joins
    assert report.link is not None
    assert report.link.compared == ("name = customer", "town", "born")
    assert report.link.not_compared["left"] == "it is the outcome"
    assert report.link.not_compared["gone"] == "it is known only after the decision"


def test_the_same_files_give_the_same_links_bit_for_bit(tmp_path: Path) -> None:
    charter = world(tmp_path, 'same = { name = "customer" }\nprobability = true')
    one, two = assembled(charter), assembled(charter)
    assert one.frame.equals(two.frame)
    assert one.joins == two.joins


def test_how_sure_a_link_is_comes_on_request_and_is_no_input_unless_declared(tmp_path: Path) -> None:
    charter = world(tmp_path, 'same = { name = "customer" }\nprobability = true')
    made = assembled(charter)
    sure = made.frame["crm_link_probability"]
    assert sure.null_count() == 50
    assert sure.drop_nulls().min() >= 0.5
    assert role_of("crm_link_probability", LogicalType.REAL, charter) is Role.EXCLUDED
    declared = world(
        tmp_path,
        'same = { name = "customer" }\nprobability = true',
        '[data]\nat_decision = ["crm_link_probability"]',
    )
    assert role_of("crm_link_probability", LogicalType.REAL, declared) is Role.INPUT


def test_orders_of_one_customer_share_a_partner_only_where_that_is_declared(tmp_path: Path) -> None:
    (alone,) = assembled(world(tmp_path, 'same = { name = "customer" }', orders=2)).joins
    assert alone.matched <= 150
    assert "many = true" in alone.sentence()
    shared = assembled(world(tmp_path, 'same = { name = "customer" }\nmany = true', orders=2))
    assert 300 <= shared.joins[0].matched <= 302  # one of the fifty others is much like somebody
    assert shared.frame["crm_calls"][:200].to_list() == shared.frame["crm_calls"][200:].to_list()


def test_what_a_person_said_of_a_pair_decides_it(tmp_path: Path) -> None:
    charter = world(tmp_path, 'same = { name = "customer" }')
    assert answers_digests(charter) == {}
    tables = [pl.read_csv(tmp_path / f"{name}.csv") for name in ("shop", "crm")]
    chosen = choose_columns(*tables, {"name": "customer"}, {"left": "outcome"})
    found = link_chosen(chosen, Partners.ONE)
    at = int(np.flatnonzero(found.taken)[0])
    (key,) = keys_of(found.compared, found.pairs, [at])
    (tmp_path / "links-answers.csv").write_text(
        f"source,key,same,by,on,settles\ncrm,{key},no,Ada,2024-05-01T10:00:00Z,\n"
    )
    assert list(answers_digests(charter)) == ["answers in links-answers.csv"]  # so that a run reads anew
    (report,) = assembled(charter).joins
    assert report.matched == 149
    assert report.link is not None
    assert report.link.answered == 1


@pytest.mark.parametrize(
    ("link", "data", "said"),
    [
        ('same = { left = "gone" }', "", "compares left: it is the outcome"),
        ('same = { name = "customr" }', "", "customr"),
        ("least = 0", "", "would join any row"),
        ("least = 2", "", "joins[1].link.least"),
        ('leave = ["x"]', "", "unknown key"),
        (
            "",
            '[data]\nafter_decision = ["crm_gone"]\n[privacy]\nepsilon = 1\ndelta = 1e-6\ntotal_epsilon = 4',
            "[privacy]",
        ),
    ],
)
def test_a_link_that_cannot_be_is_refused_with_what_to_write(
    tmp_path: Path, link: str, data: str, said: str
) -> None:
    with pytest.raises(CharterError) as refused:
        assembled(world(tmp_path, link, data))
    assert said in str(refused.value)


def test_a_join_needs_a_key_or_a_link_and_never_both(tmp_path: Path) -> None:
    text = CHARTER.format(link="", data="")
    for wrong, said in (
        (text.replace("[joins.link]", ""), "names no key"),
        (text.replace("[joins.link]", 'on = ["town"]\n[joins.link]'), "has a key too"),
    ):
        with pytest.raises(CharterError, match=said):
            parse_charter(wrong, tmp_path / "airworthy.toml")
