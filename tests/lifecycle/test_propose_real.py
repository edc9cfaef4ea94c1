"""Proposals for real tables: each loads, and each says what a person who knows the data would say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from airworthy.charter import check_columns, load_charter
from airworthy.charter.model import Charter, Task
from airworthy.data.read import read_file
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.propose import Proposal, propose

Find = Callable[[str], Path]

ADULT = (
    "age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,"
    "capital-gain,capital-loss,hours-per-week,native-country,income\n"
)


def proposed(path: Path, target: str, folder: Path) -> tuple[Charter, Proposal]:
    frame = read_file(path)
    proposal = propose(frame, path.name, target)
    written = folder / "airworthy.toml"
    written.write_text(proposal.text)
    charter = load_charter(written)
    check_columns(charter, {charter.sources[0].name: frame.columns})
    assert charter.costs.currency is None
    return charter, proposal


def test_telco_churn(shared_data: Find, tmp_path: Path) -> None:
    charter, proposal = proposed(shared_data("telco_churn/Telco-Customer-Churn.csv"), "Churn", tmp_path)
    assert charter.task is Task.BINARY
    assert charter.target.positive == "Yes"
    assert charter.data.exclude == ("customerID",)
    assert charter.data.after_decision == ()
    assert charter.fairness.protected == ("gender", "SeniorCitizen", "Partner", "Dependents")
    assert charter.split.method == "stratified"
    assert "do the rows stand in an order?" not in proposal.text
    assert "real: MonthlyCharges, TotalCharges" in proposal.text


def test_credit_default(shared_data: Find, tmp_path: Path) -> None:
    path = shared_data("credit_default_taiwan/UCI_Credit_Card.csv")
    charter, _ = proposed(path, "default.payment.next.month", tmp_path)
    assert charter.task is Task.BINARY
    assert charter.target.positive == "1"
    assert charter.data.exclude == ("ID",)
    assert set(charter.fairness.protected) == {"SEX", "AGE", "EDUCATION", "MARRIAGE"}
    assert charter.data.after_decision == ()


def test_elec2_is_split_by_time_though_its_dates_are_faulty(shared_data: Find, tmp_path: Path) -> None:
    charter, proposal = proposed(shared_data("elec2/elec2.csv.gz"), "class", tmp_path)
    assert charter.split.method == "time"
    assert charter.data.order_by == ("__row__",)
    assert charter.data.exclude == ("date",)  # only tells how late a row is
    assert "date falls 5 times in 45,312 rows" in " ".join(proposal.text.replace("\n# ", " ").split())
    assert charter.fairness.protected == ()


def test_california_housing(shared_data: Find, tmp_path: Path) -> None:
    path = shared_data("california_housing/housing.csv")
    charter, proposal = proposed(path, "median_house_value", tmp_path)
    assert "965 of 20,640 rows hold its largest value" in " ".join(proposal.text.replace("\n#", " ").split())
    assert "do the rows stand in an order?" in proposal.text  # blocks of one place follow each other
    assert charter.task is Task.REGRESSION
    assert charter.fairness.protected == ()  # housing_median_age is no person's age
    assert charter.data.exclude == ()
    assert charter.data.after_decision == ()


def test_airline_tweets(shared_data: Find, tmp_path: Path) -> None:
    charter, proposal = proposed(shared_data("airline_tweets/Tweets.csv"), "airline_sentiment", tmp_path)
    assert charter.task is Task.MULTICLASS
    assert {"airline_sentiment_confidence", "negativereason"} <= set(charter.data.after_decision)
    assert charter.data.exclude == ("tweet_id",)
    assert charter.data.decision_time == "tweet_created"
    assert charter.split.method == "time"
    assert "# text: text" in proposal.text


def test_adult_has_no_header_and_says_so(shared_data: Find) -> None:
    path = shared_data("adult_income/adult.data")
    with pytest.raises(InputError, match="no header"):
        propose(read_file(path), path.name, "income")


def test_adult_with_a_header(shared_data: Find, tmp_path: Path) -> None:
    rows = shared_data("adult_income/adult.data").read_text()
    path = tmp_path / "adult.csv"
    path.write_text(ADULT + rows)
    charter, _ = proposed(path, "income", tmp_path)
    assert charter.task is Task.BINARY
    assert charter.target.positive == ">50K"
    assert {"age", "race", "sex", "native-country", "marital-status"} <= set(charter.fairness.protected)
    assert charter.data.after_decision == ()
    assert charter.data.exclude == ("education-num",)  # education in other words, which is protected
    assert "education" in charter.fairness.protected


@pytest.mark.parametrize(
    ("file", "target", "entity", "method"),
    [
        ("online_retail/online_retail.parquet", "Quantity", ("CustomerID",), "time"),
        ("resume_audit/resume.csv", "received_callback", ("job_ad_id",), "entity"),
        ("cps_earnings/CPSSW9204.csv", "earnings", (), "stratified"),  # two years are no time line,
    ],
)
def test_further_tables(
    shared_data: Find, tmp_path: Path, file: str, target: str, entity: tuple[str, ...], method: str
) -> None:
    charter, _ = proposed(shared_data(file), target, tmp_path)
    assert charter.data.entity == entity
    assert charter.split.method == method


def test_causes_noted_with_the_outcome_are_not_read(shared_data: Find, tmp_path: Path) -> None:
    charter, _ = proposed(shared_data("ai4i2020/ai4i2020.csv"), "Machine failure", tmp_path)
    assert set(charter.data.after_decision) == {"TWF", "HDF", "PWF", "OSF"}  # RNF hardly ever goes with it
    assert charter.data.exclude == ("UDI", "Product ID")


def test_a_grade_that_sets_the_number_is_not_read_and_doubts_are_listed(
    shared_data: Find, tmp_path: Path
) -> None:
    path = shared_data("lending_club/loans_full_schema.csv.gz")
    charter, proposal = proposed(path, "interest_rate", tmp_path)
    assert "sub_grade" in charter.data.after_decision
    assert "ask when they are known" in proposal.text
    assert "paid_total" in proposal.text


def test_what_a_job_demands_is_no_group_of_people(shared_data: Find, tmp_path: Path) -> None:
    charter, _ = proposed(shared_data("resume_audit/resume.csv"), "received_callback", tmp_path)
    assert charter.fairness.protected == ("race", "gender")
    assert charter.data.entity == ("job_ad_id",)
