"""Features of tables: as two other engines compute them, and as charters share them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter import parse_charter
from airworthy.charter.conditions import parse_condition
from airworthy.charter.model import Charter
from airworthy.data import assemble
from airworthy.data.histories.compute import Featured, features_of
from airworthy.data.histories.conditions import rows_where
from airworthy.data.histories.events import keys_of
from airworthy.data.read import read_file
from airworthy.kernel.errors import CharterError, InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.history.definition import Aggregate, Definition
from airworthy.scoring.history.keys import key_text

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(aggregate: str, name: str = "f", **said: object) -> Definition:
    return Definition(
        name=name,
        source="orders",
        event_time="at",
        key=(("customer", "who"),),
        aggregate=Aggregate(aggregate),
        **said,
    )  # type: ignore[arg-type]


def moments(*days: float | None) -> pl.Series:
    made = [None if day is None else START + day * DAY for day in days]
    return pl.Series("at", made, dtype=pl.Datetime("us", "UTC"))


def computed(
    rows: dict[str, list[object]], times: pl.Series, events: pl.DataFrame, *definitions: Definition
) -> Featured:
    return features_of(pl.DataFrame(rows), times, definitions, {"orders": events})


def random_world(events: int, rows: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng(seed)
    orders = pl.DataFrame(
        {
            "who": rng.integers(0, 40, events),
            "at": moments(*rng.integers(0, 400, events) / 4),
            "amount": np.round(rng.lognormal(3, 1, events), 2),
            "item": rng.choice(["a", "b", "c", "d"], events),
        }
    )
    asks = pl.DataFrame(
        {"customer": rng.integers(0, 45, rows), "t": moments(*rng.integers(0, 440, rows) / 4)}
    )
    return orders, asks


def test_windows_equal_those_of_duckdb_and_polars() -> None:
    duckdb = pytest.importorskip("duckdb")
    orders, asks = random_world(3_000, 500, seed=1)
    week = 7 * 86_400.0
    found = features_of(
        asks,
        asks["t"],
        [
            asked("count", "n", window=week),
            asked("min", "low", column="amount", window=week),
            asked("max", "high", column="amount", window=week),
            asked("sum", "total", column="amount", window=week),
            asked("distinct", "kinds", column="item", window=week),
        ],
        {"orders": orders},
    )
    connection = duckdb.connect()
    connection.register("orders", orders.to_arrow())
    connection.register("asks", asks.with_row_index("row").to_arrow())
    peer = connection.execute(
        """select row, count(o.at), min(amount), max(amount), coalesce(sum(amount), 0), count(distinct item)
        from asks left join orders o on who = customer and o.at <= t and o.at > t - interval 7 day
        group by row order by row"""
    ).fetchall()
    ours = list(zip(*(column.to_list() for column in found.columns), strict=True))
    for mine, (_, *theirs) in zip(ours, peer, strict=True):
        assert mine[3] == pytest.approx(theirs[3], rel=1e-12)
        assert (*mine[:3], mine[4]) == (*theirs[:3], theirs[4])
    rolled = (
        orders.sort("at").rolling("at", period="7d", group_by="who").agg(pl.col("amount").max().alias("high"))
    )
    known = features_of(
        rolled.select(customer="who"),
        rolled["at"],
        [asked("max", column="amount", window=week)],
        {"orders": orders},
    )
    assert known.columns[0].to_list() == rolled["high"].to_list()


def test_gaps_never_count_and_are_told() -> None:
    events = pl.DataFrame(
        {
            "who": ["a", "a", "a", None, "a"],
            "at": moments(0, 1, None, 1, 2),
            "amount": [1.0, None, 4.0, 8.0, math.inf],
        }
    )
    found = computed(
        {"customer": ["a", "z", None]},
        moments(5, 5, 5),
        events,
        asked("sum", "total", column="amount"),
        asked("count", "n"),
        asked("mean", "mean", column="amount"),
    )
    assert [column.to_list() for column in found.columns] == [
        [1.0, 0.0, None],
        [3, 0, None],
        [1.0, None, None],
    ]
    report = found.reports[0]
    assert (report.known, report.unknown, report.nobody, report.left_out) == (1, 1, 1, 4)
    assert report.sentence() == (
        "total: 1 of 3 rows have events in orders; 1 name nobody; 4 events without time, key or value do not count; "
        "3 are decided after the last event."
    )


def test_rows_that_the_events_do_not_cover_are_told() -> None:
    events = pl.DataFrame({"who": ["a"] * 3, "at": moments(10, 15, 20)})
    times = moments(*range(11, 31))
    found = computed({"customer": ["a"] * 20}, times, events, asked("count", window=7 * 86_400.0)).reports[0]
    # Decided on days 11 to 16 the week begins before day 10; days 21 to 30 come after the last event.
    assert (found.cut, found.after) == (6, 10)
    assert "the window of 6 begins before the first event; 10 are decided after the last event" in found.told
    assert "window" not in computed({"customer": ["a"]}, moments(18), events, asked("count")).reports[0].told


def test_words_are_counted_and_carried_and_not_summed() -> None:
    events = pl.DataFrame({"who": [1, 1, 1, 2], "at": moments(0, 1, 2, 1), "item": ["x", "y", "x", "w"]})
    found = computed(
        {"customer": [1, 2, 3]},
        moments(9, 9, 9),
        events,
        asked("last", "latest", column="item"),
        asked("first", "first", column="item", missing="none yet"),
        asked("distinct", "kinds", column="item"),
    )
    assert [column.to_list() for column in found.columns] == [
        ["x", "w", None],
        ["x", "w", "none yet"],
        [2, 1, 0],
    ]
    assert found.types["latest"] is LogicalType.CATEGORY
    with pytest.raises(InputError, match="no plain numbers"):
        computed({"customer": [1]}, moments(9), events, asked("sum", column="item"))
    with pytest.raises(InputError, match="missing = 'none'"):
        computed({"customer": [1]}, moments(9), events, asked("last", column="who", missing="none"))


def test_whole_numbers_too_large_for_floats_stay_apart() -> None:
    big = 2**60
    events = pl.DataFrame({"who": ["a", "a"], "at": moments(0, 1), "item": [big, big + 1]})
    assert (
        computed({"customer": ["a"]}, moments(2), events, asked("distinct", column="item")).columns[0][0] == 2
    )


def test_a_share_is_of_the_events_that_the_condition_admits() -> None:
    events = pl.DataFrame(
        {"who": ["a"] * 4, "at": moments(0, 1, 2, 3), "status": ["paid", "returned", "open", "paid"]}
    )
    share = asked("share", of="status = 'returned'", where="status != 'open'")
    assert computed({"customer": ["a"]}, moments(9), events, share).columns[0].to_list() == [1 / 3]


def test_ninety_days_are_seconds_over_a_change_of_clocks_and_a_leap_day() -> None:
    # 2024-02-29 12:00 and 2024-03-31 (clocks go forward in Berlin at 02:00) in local times without a zone.
    events = pl.DataFrame(
        {"who": ["a", "a"], "at": [datetime(2024, 2, 29, 12), datetime(2024, 3, 31, 3)]},
        schema={"who": pl.String, "at": pl.Datetime("us")},
    )
    count = asked("count", window=86_400.0 * 31, zone="Europe/Berlin")
    leap, spring = datetime(2024, 2, 29, 11, tzinfo=UTC), datetime(2024, 3, 31, 1, tzinfo=UTC)
    at = [leap, leap + 31 * DAY - timedelta(microseconds=1), leap + 31 * DAY, spring - timedelta(seconds=1)]
    times = pl.Series(at, dtype=pl.Datetime("us", "UTC"))
    # At the third moment the leap day's event is exactly 31 days old; 13:00 in summer time, 11:00 in UTC.
    assert computed({"customer": ["a"] * 4}, times, events, count).columns[0].to_list() == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "parts",
    [
        [pl.Series([7, None], dtype=pl.Int64)],
        [pl.Series([7.0, math.nan])],
        [pl.Series(["007", ""])],
        [pl.Series([True, False])],
        [pl.Series([START.date(), None])],
        [moments(0.5, None)],
        [pl.Series(["ä", None]), pl.Series([12, 3])],
    ],
)
def test_a_table_and_a_request_spell_keys_alike(parts: list[pl.Series]) -> None:
    frame = pl.DataFrame({f"k{index}": part for index, part in enumerate(parts)})
    rows = [key_text(row) for row in frame.rows()]
    assert keys_of(frame, frame.columns, "t").to_list() == rows


def test_keys_with_fractions_are_refused_and_keys_in_another_form_are_told() -> None:
    events = pl.DataFrame({"who": [f"C-{key:04}" for key in range(30)], "at": moments(*range(30))})
    with pytest.raises(InputError, match=r"fractions such as 1\.5"):
        computed({"customer": [1.5]}, moments(1), events, asked("count"))
    found = computed({"customer": list(range(30))}, moments(*range(30)), events, asked("count"))
    assert "another form" in found.reports[0].sentence()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n >= 2", [False, True, True, False]),
        ("not n >= 2", [True, False, False, False]),
        ("n = 1 or s = 'it''s' and n > 2", [True, False, True, False]),
        ("(n = 1 or s = 'it''s') and n > 2", [False, False, True, False]),
        ("s in ('a', 'b')", [True, True, False, False]),
        ("n is null", [False, False, False, True]),
        ("s is not null and `a day` >= '2024-01-03'", [False, False, True, False]),
        ("f = true", [True, False, True, False]),
    ],
)
def test_conditions_hold_where_they_say(text: str, expected: list[bool]) -> None:
    frame = pl.DataFrame(
        {
            "n": [1, 2, 3, None],
            "s": ["a", "b", "it's", None],
            "a day": moments(0, 1, 2, 3),
            "f": [True, False, True, None],
        }
    )
    assert rows_where(frame, text).to_list() == expected


@pytest.mark.parametrize(
    "text", ["", "n", "n >", "n = 'a", "n == 1", "= 1", "n = 1 and", "(n = 1", "n = 1)", "n in ()", "n = m"]
)
def test_what_is_no_condition_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="is no condition") as raised:
        parse_condition(text)
    assert "status = 'paid'" in str(raised.value.remedy)


def test_a_comparison_of_unlike_kinds_is_refused() -> None:
    with pytest.raises(InputError, match="which holds numbers, with 'paid'"):
        rows_where(pl.DataFrame({"n": [1]}), "n = 'paid'")


FEATURES = """
[[sources]]
name = "orders"
path = "orders.csv"
event_time = "at"
known_after = "1d"

[[features]]
name = "orders_90d"
source = "orders"
key = { customer = "who" }
aggregate = "count"
where = "status = 'paid'"
window = "90d"
description = "Paid orders of the last 90 days"
"""
CHARTER = """
name = "{name}"
purpose = "Show features"
task = "binary"
[[sources]]
name = "rows"
path = "{name}.csv"
[features]
files = ["features.toml"]
use = ["orders_90d"]
[target]
column = "y"
[data]
decision_time = "t"
"""


def world(folder: Path, name: str = "churn", features: str = FEATURES, charter: str = CHARTER) -> Charter:
    (folder / "features.toml").write_text(features)
    (folder / "orders.csv").write_text(
        "who,at,status\na,2024-01-01,paid\na,2024-01-05,open\na,2024-02-01,paid\nb,2024-01-03,paid\n"
    )
    (folder / f"{name}.csv").write_text(
        "customer,t,y\na,2024-01-01,1\na,2024-01-02,0\na,2024-03-31,1\na,2024-04-01,0\nb,2024-01-10,1\nz,2024-01-10,0\n"
    )
    return parse_charter(charter.format(name=name), folder / "airworthy.toml")


def test_two_charters_share_a_definition_and_get_the_same_numbers(tmp_path: Path) -> None:
    found = [assemble(world(tmp_path, name), QuietProgress()) for name in ("churn", "credit")]
    # The order of 1 January is known on the 2nd, and 90 days old on 31 March: then only that of 1 February.
    assert [one.frame["orders_90d"].to_list() for one in found] == [[0, 1, 1, 1, 1, 0]] * 2
    assert found[0].types["orders_90d"] is LogicalType.INTEGER
    assert [report.name for report in found[0].sources] == ["rows", "orders"]


def test_a_changed_definition_changes_the_charter_and_a_changed_description_does_not(tmp_path: Path) -> None:
    before = world(tmp_path).digest
    assert world(tmp_path, features=FEATURES.replace('window = "90d"', 'window = "91d"')).digest != before
    assert world(tmp_path, features=FEATURES.replace('known_after = "1d"', "")).digest != before
    assert world(tmp_path, features=FEATURES.replace("Paid orders of", "What was paid in")).digest == before
    assert world(tmp_path, features=FEATURES + "# one more remark\n").digest == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('aggregate = "count"', 'aggregate = "cuont"', '"cuont" is not known here. Did you mean "count"'),
        ('aggregate = "count"', 'aggregate = "sum"', "sum of orders_90d needs a column"),
        ('aggregate = "count"', 'aggregate = "share"', "share needs `of`"),
        ("status = 'paid'", "status == 'paid'", "is no condition"),
        ('window = "90d"', "window = 90", "has no unit"),
        ('event_time = "at"', "", "known_after of orders has no event_time|orders has no event_time"),
        ('source = "orders"', 'source = "order"', "declared nowhere"),
        ('name = "orders_90d"', 'name = "orders_30d"', 'no features file defines "orders_90d"'),
        ("[[features]]", "[[feature]]", "feature"),
    ],
)
def test_a_wrong_features_file_is_told_with_its_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(CharterError, match=message):
        world(tmp_path, features=FEATURES.replace(old, new))


def test_features_without_a_decision_time_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="need to know when each row is decided"):
        world(tmp_path, charter=CHARTER.replace('decision_time = "t"', ""))


def test_a_name_that_two_files_define_and_an_empty_list_are_refused(tmp_path: Path) -> None:
    (tmp_path / "more.toml").write_text(FEATURES)
    twice = CHARTER.replace('["features.toml"]', '["features.toml", "more.toml"]')
    with pytest.raises(CharterError, match=r'"orders_90d" is defined in more\.toml and in a file before it'):
        world(tmp_path, charter=twice)
    with pytest.raises(CharterError, match="names none"):
        world(tmp_path, charter=CHARTER.replace('use = ["orders_90d"]', "use = []"))


def test_sources_of_a_file_in_another_folder_start_there(tmp_path: Path) -> None:
    world(tmp_path)
    shared = tmp_path / "shared"
    shared.mkdir()
    for name in ("features.toml", "orders.csv"):
        (tmp_path / name).rename(shared / name)
    text = CHARTER.replace('"features.toml"', '"shared/features.toml"').format(name="churn")
    found = assemble(parse_charter(text, tmp_path / "airworthy.toml"), QuietProgress())
    assert found.frame["orders_90d"].to_list() == [0, 1, 1, 1, 1, 0]


def test_a_feature_has_the_type_of_its_definition(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="its definition decides its type"):
        world(tmp_path, charter=CHARTER + 'types = {{ orders_90d = "category" }}\n')


def test_columns_that_no_table_has_are_named(tmp_path: Path) -> None:
    charter = world(tmp_path, features=FEATURES.replace("customer = ", "client = "))
    with pytest.raises(CharterError, match='orders_90d: there is no column "client" in the joined table'):
        assemble(charter, QuietProgress())


def test_earlier_delays_of_the_same_aircraft_are_as_a_plain_loop_finds_them(
    shared_data: Callable[[str], Path],
) -> None:
    read = read_file(shared_data("nycflights/flights_sample.csv.gz")).drop_nulls(["hour", "minute"])
    left = pl.datetime("year", "month", "day", time_zone="UTC") + pl.duration(hours="hour", minutes="minute")
    flights = read.with_columns(left.alias("at"))
    key, six_hours, week = (("tailnum", "tailnum"),), 6 * 3600.0, 7 * 86_400.0
    mean, late = (
        Definition(
            name=name,
            source="flights",
            event_time="at",
            key=key,
            aggregate=Aggregate(aggregate),
            known_after=six_hours,
            **said,
        )
        for name, aggregate, said in (
            ("mean_delay_5", "mean", {"column": "dep_delay", "last": 5}),
            ("late_week", "count", {"where": "dep_delay > 30", "window": week}),
        )
    )
    found = features_of(flights, flights["at"], [mean, late], {"flights": flights}).columns
    earlier: dict[str, list[tuple[datetime, float]]] = {}
    for tail, at, delay in (
        flights.sort("at", maintain_order=True).select("tailnum", "at", "dep_delay").rows()
    ):
        if tail is not None and delay is not None:
            earlier.setdefault(tail, []).append((at, delay))
    for row in range(0, flights.height, 37):
        tail, at = flights["tailnum"][row], flights["at"][row]
        if tail is None:
            assert (found[0][row], found[1][row]) == (None, None)
            continue
        known = [(when, delay) for when, delay in earlier.get(tail, ()) if when + timedelta(hours=6) <= at]
        last = [delay for _, delay in known[-5:]]
        assert found[0][row] == (math.fsum(last) / len(last) if last else None)
        assert found[1][row] == sum(when > at - 7 * DAY and delay > 30 for when, delay in known)


def test_what_customers_bought_before_is_as_a_plain_loop_finds_it(
    shared_data: Callable[[str], Path],
) -> None:
    sales = pl.read_parquet(shared_data("online_retail/online_retail.parquet")).with_columns(
        pl.col("InvoiceDate").str.to_datetime(time_unit="us").dt.replace_time_zone("UTC")
    )
    asks = sales.drop_nulls("CustomerID").unique("InvoiceNo").sort("InvoiceNo").gather_every(600)
    base = {"source": "sales", "event_time": "InvoiceDate", "key": (("CustomerID", "CustomerID"),)}
    definitions = [
        Definition(name=name, known_after=1.0, **base, **said)  # type: ignore[arg-type]
        for name, said in (
            ("invoices", {"aggregate": Aggregate.DISTINCT, "column": "InvoiceNo", "window": 90 * 86_400.0}),
            (
                "prices",
                {
                    "aggregate": Aggregate.SUM,
                    "column": "UnitPrice",
                    "where": "Quantity > 0",
                    "window": 90 * 86_400.0,
                },
            ),
            ("returned", {"aggregate": Aggregate.SHARE, "of": "Quantity < 0"}),
        )
    ]
    found = features_of(asks, asks["InvoiceDate"], definitions, {"sales": sales}).columns
    for row, (key, at) in enumerate(asks.select("CustomerID", "InvoiceDate").rows()):
        before = sales.filter(pl.col("CustomerID") == key, pl.col("InvoiceDate") < at)
        window = before.filter(pl.col("InvoiceDate") > at - 90 * DAY)
        prices = window.filter(pl.col("Quantity") > 0)["UnitPrice"].to_list()
        share = (before["Quantity"] < 0).sum() / before.height if before.height else None
        assert found[0][row] == window["InvoiceNo"].n_unique()
        assert found[1][row] == math.fsum(prices)
        assert found[2][row] == share
