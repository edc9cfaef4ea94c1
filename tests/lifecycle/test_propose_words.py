"""Words in column names, in several languages, and the near misses."""

from __future__ import annotations

import pytest

from airworthy.lifecycle.propose_words import (
    are_group_values,
    calendar_part,
    extends,
    is_after_name,
    is_identifier_name,
    is_protected_name,
)

PROTECTED = """
sex SEX gender customer_gender Geschlecht sexe sexo race ethnicity AGE age_group customerAge Alter edad
SeniorCitizen MARRIAGE marital-status Familienstand native-country date_of_birth religion disability
Dependents EDUCATION nationality
"""
OTHER = """
housing_median_age stage page mileage average_price message racecourse percentage account_age_days vintage
tenure salary altitude engine_age
"""


@pytest.mark.parametrize("name", PROTECTED.split())
def test_protected_names(name: str) -> None:
    assert is_protected_name(name)


@pytest.mark.parametrize("name", OTHER.split())
def test_names_that_only_look_protected(name: str) -> None:
    assert not is_protected_name(name)


@pytest.mark.parametrize(
    "values", [("Male", "Female"), (" m ", "F"), ("Frau", "Mann"), ("Wife", "Husband", "Own-child")]
)
def test_values_that_name_groups(values: tuple[str, ...]) -> None:
    assert are_group_values(values)


@pytest.mark.parametrize("values", [("Yes", "No"), ("m", "x"), ("0", "1"), ()])
def test_values_that_do_not(values: tuple[str, ...]) -> None:
    assert not are_group_values(values)


@pytest.mark.parametrize(
    "name", ["id", "ID", "customerID", "tweet_id", "CustomerId", "uuid", "patient_nr", "tailnum"]
)
def test_key_names(name: str) -> None:
    assert is_identifier_name(name)


@pytest.mark.parametrize(
    "name", ["paid", "valid", "education-num", "humid", "bid", "grid_x", "id_type_weight"]
)
def test_names_that_only_look_like_keys(name: str) -> None:
    assert not is_identifier_name(name)


def test_parts_of_a_calendar() -> None:
    assert [calendar_part(name) for name in ("Year", "mois", "day", "Stunde")] == [
        "year",
        "month",
        "day",
        "hour",
    ]
    assert calendar_part("monthly_charges") is None


def test_names_after_the_fact() -> None:
    assert is_after_name("cancellation_reason")
    assert is_after_name("label_gold")
    assert not is_after_name("goldfish")
    assert extends("ChurnScore", "Churn")
    assert not extends("Churned", "Churn")
    assert not extends("y2", "y")
