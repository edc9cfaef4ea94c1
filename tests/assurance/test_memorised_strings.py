"""PRI003: what a model's own file publishes of persons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from assurance_world import CONTRACT, binary, one, scope, scorer
from sklearn.linear_model import LogisticRegression

import airworthy as aw
from airworthy.assurance.predictions import Predictions
from airworthy.kernel.result import Result, Verdict
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.scorer import Scorer
from airworthy.scoring.spec import TextScore


def _read(
    rows: Predictions, contract: Contract = CONTRACT, words: dict[str, tuple[float, float]] | None = None
) -> Result:
    """The check on a scorer with this contract, and these words of its text."""
    spec = msgspec.structs.replace(scorer().spec, contract=contract)
    if words is not None:
        features = [
            TextScore(column="note", intercept=0.0, tokens=words, pairs=False)
            if isinstance(feature, TextScore)
            else feature
            for feature in spec.features
        ]
        spec = msgspec.structs.replace(spec, features=tuple(features))
    return one("PRI003", rows, scope(), scorer=Scorer(spec, Path()))


def test_addresses_among_the_categories_are_counted_and_never_shown() -> None:
    addresses = tuple(f"person{number}@mail.org" for number in range(12))
    contact = Column(
        name="contact", type=LogicalType.CATEGORY, vocabulary=addresses, counts=(9, 7, 5, 4, *([1] * 8))
    )
    contract = Contract(columns=(*CONTRACT.columns, contact), classes=CONTRACT.classes, rows=500)
    found = _read(binary(0, 300), contract)
    assert found.verdict is Verdict.FAIL
    assert found.measurement is not None
    assert found.measurement.value == 12
    told = next(column for column in found.details["columns"] if column["column"] == "contact")
    assert (told["of_fewer_than_5_rows"], told["of_1_row"]) == (9, 8)
    assert "person1" not in str(found.as_json())
    assert "xxxxxx9@xxxx.xxx" in found.finding


def test_a_rare_account_and_a_long_number_in_texts_are_found() -> None:
    rows = binary(1, 300)
    notes = ["thanks @annsmith for seat 12", "thanks @annsmith for booking 48219377"] + ["all is fine"] * 298
    rows = replace(rows, columns={**rows.columns, "note": notes})
    weights = dict.fromkeys(("annsmith", "48219377", "thanks", "fine"), (1.0, 0.1))
    found = _read(rows, words=weights)
    kinds = {kind["kind"]: kind["strings"] for c in found.details["columns"] for kind in c["personal"]}
    assert kinds == {"account name": 1, "number of seven or more digits": 1}
    assert "annsmith" not in str(found.as_json())


def test_an_account_of_many_rows_is_no_secret() -> None:
    rows = binary(2, 300)
    rows = replace(rows, columns={**rows.columns, "note": ["hello @theairline please"] * 300})
    found = _read(rows, words={"theairline": (1.0, 0.1), "please": (1.0, 0.1)})
    assert found.verdict is Verdict.PASS


def test_ordinary_words_and_colours_publish_nobody() -> None:
    found = _read(binary(3, 300))
    assert found.verdict is Verdict.PASS
    assert "none looks like data of a person" in found.finding


def test_a_model_from_elsewhere_has_no_file_that_is_read() -> None:
    rng = np.random.default_rng(0)
    table, outcome = rng.normal(size=(60, 2)), rng.integers(0, 2, 60)
    model = LogisticRegression().fit(table, outcome)
    report = aw.privacy(model, (table, outcome), (table, outcome))
    found = next(result for result in report.results if result.code == "PRI003")
    assert found.verdict is Verdict.NOT_APPLICABLE
