"""Any model can be checked: pipelines, matrices, texts, labels, functions, and rows with dates and gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder
from sklearn.svm import LinearSVC

import airworthy as aw
from airworthy.assurance import foreign
from airworthy.assurance.given import ProbeSizes
from airworthy.assurance.tables import read_table
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Verdict

N = 300
ASKED = {"EXP001", "ROB001", "SRV001", "SRV002"}


@pytest.fixture(autouse=True)
def few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    few = ProbeSizes(noisy=N, permuted=100, scored=600, timed=20, sent=20, all_sealed=False)
    monkeypatch.setattr(foreign, "FEW_REQUESTS", few)


@pytest.fixture
def x() -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).normal(size=(N, 3))


@pytest.fixture
def event(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return x[:, 0] + np.random.default_rng(2).normal(size=N) > 0


def verdicts(report: Any) -> dict[str, Verdict]:
    found = {result.code: result.verdict for result in report.results}
    assert Verdict.ERROR not in found.values(), [
        r.finding for r in report.results if r.verdict is Verdict.ERROR
    ]
    return found


def test_a_pandas_pipeline_is_asked_in_its_own_types(x: np.ndarray[Any, Any], event: Any) -> None:
    rows = pd.DataFrame(
        {
            "amount": np.where(x[:, 1] > 1.5, np.nan, x[:, 0]),
            "plan": pd.Categorical(np.where(x[:, 2] > 0, "basic", "pro"), categories=["pro", "basic"]),
            "since": pd.date_range("2024-03-01", periods=N, freq="7h"),
            "count": np.arange(N) % 7,
        }
    )
    hours = FunctionTransformer(lambda frame: frame.assign(since=frame["since"].dt.hour.fillna(0)))
    columns = make_column_transformer(
        (SimpleImputer(), ["amount"]),
        (OneHotEncoder(handle_unknown="ignore"), ["plan"]),
        (hours, ["since"]),
        ("passthrough", ["count"]),
    )
    y = np.where(event, "yes", "no")
    model = make_pipeline(columns, LogisticRegression(max_iter=500)).fit(rows, y)
    report = aw.check(model, rows, pd.Series(y), protected=["plan"])
    assert report.metrics["auc"].value == pytest.approx(
        roc_auc_score(event, model.predict_proba(rows)[:, 1]), abs=1e-15
    )
    found = verdicts(report)
    assert ASKED | {"FAI001", "ROB002", "ROB003", "PER003"} <= set(found)
    assert found["SRV002"] is Verdict.PASS
    assert found["ROB002"] is not Verdict.NOT_APPLICABLE


def test_rows_come_back_in_the_types_that_were_given() -> None:
    rows = pd.DataFrame(
        {
            "whole": [1, 2, 3],
            "gaps": pd.array([1, None, 3], dtype="Int64"),
            "word": pd.Series(["u", np.nan, "v"], dtype=object),
            "plan": pd.Categorical(["x", None, "y"], categories=["y", "x"]),
            "at": pd.to_datetime(["2024-01-01 05:06", None, "2024-02-01 00:00"]).tz_localize("Europe/Rome"),
            "flag": [True, False, True],
            "mixed": pd.Series([7, "seven", None], dtype=object),
            "size": pd.Categorical([10, 2, 10]),
            "small": np.array([1, 2, 3], np.float32),
        }
    )
    table = read_table(rows)
    pd.testing.assert_frame_equal(table.rebuild(table.columns), rows)
    moment = datetime(2024, 1, 1, 5, 6, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "whole": [1, None, 3],
            "number": [0.5, None, 2.0],
            "day": [date(2024, 1, 1), None, date(2024, 2, 1)],
            "at": [moment, None, moment],
            "flag": [True, None, False],
            "word": ["a", None, "c"],
        }
    )
    table = read_table(frame)
    assert_frame_equal(table.rebuild(table.columns), frame)
    assert table.columns["at"].tolist()[0] == moment.timestamp()  # type: ignore[union-attr]
    arrow: pa.Table = frame.to_arrow()
    table = read_table(arrow)
    assert table.rebuild(table.columns).to_pylist() == arrow.to_pylist()


def test_a_text_that_leads_is_many_inputs_in_one_and_no_leak() -> None:
    event = np.random.default_rng(3).random(N) < 0.5
    rows = pd.DataFrame(
        {
            "note": [
                f"{'late and wet' if hit else 'on time'} parcel number {i}" for i, hit in enumerate(event)
            ],
            "weight": np.arange(float(N)),
        }
    )
    report = aw.check(lambda table: table["note"].str.startswith("late").to_numpy(), rows, event)
    found = next(r for r in report.results if r.code == "EXP001")
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.finding.startswith(
        "note carries 100 % of what the 2 inputs tell. A free text is many inputs"
    )


def test_bare_texts_are_one_column(event: Any) -> None:
    texts = [f"{'late and wet' if hit else 'on time'} parcel {i % 9}" for i, hit in enumerate(event)]
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(texts, event)
    for rows in (texts, np.array(texts), pd.Series(texts)):
        found = verdicts(aw.check(model, rows, event))
        assert {"ROB004", "SRV002"} <= set(found)


def test_a_function_of_rows_is_a_model(x: np.ndarray[Any, Any], event: Any) -> None:
    def score(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return 1 / (1 + np.exp(-rows[:, :1]))  # a column, as Keras answers

    report = aw.check(score, x, np.where(event, "good", "bad"))
    assert report.metrics["auc"].value == pytest.approx(roc_auc_score(event, x[:, 0]), abs=1e-12)
    assert "The event is taken to be 'good'" in report.notes[0]
    results = {result.code: result for result in report.results}
    assert results["ROB001"].verdict is Verdict.NOT_APPLICABLE
    assert "answers data row" in results["ROB001"].finding, "of a gap it makes nan, which is no score"
    assert verdicts(report)["SRV002"] is Verdict.PASS


class Tensor:
    """What a net of PyTorch answers, as far as it must be read."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return self

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.values, np.float32)


def test_a_tensor_is_read_off_its_graph(x: np.ndarray[Any, Any], event: Any) -> None:
    report = aw.check(lambda rows: Tensor(1 / (1 + np.exp(-rows[:, 0]))), x, event.astype(int))
    assert report.metrics["auc"].value == pytest.approx(roc_auc_score(event, x[:, 0]), abs=1e-12)


def test_labels_alone_are_right_or_wrong(x: np.ndarray[Any, Any], event: Any) -> None:
    y = np.where(event, "b", "a")
    model = LinearSVC().fit(x, y)
    report = aw.check(model, x, y, protected={"site": np.where(x[:, 2] > 0, "n", "s").tolist()})
    found = verdicts(report)
    assert report.metrics["accuracy"].value == pytest.approx(accuracy_score(y, model.predict(x)), abs=1e-15)
    assert found["PER001"] is found["CAL001"] is Verdict.NOT_APPLICABLE
    assert {"EXP001", "ROB003", "SRV002", "FAI001"} <= {
        c for c, v in found.items() if v is not Verdict.NOT_APPLICABLE
    }
    robust = next(result for result in report.results if result.code == "ROB003")
    assert "accuracy falls by" in robust.finding
    assert "labels without probabilities" in report.notes[0]


def test_one_of_several_classes_against_the_rest(x: np.ndarray[Any, Any]) -> None:
    y = np.array(["low", "mid", "high"])[np.digitize(x[:, 0] + 0.3 * x[:, 1], [-0.5, 0.5])]
    model = LogisticRegression().fit(x, y)
    report = aw.check(model, x, y, positive="mid")
    column = list(model.classes_).index("mid")
    assert report.task is Task.BINARY
    assert report.metrics["auc"].value == pytest.approx(
        roc_auc_score(y == "mid", model.predict_proba(x)[:, column]), abs=1e-15
    )
    assert report.notes[0] == "The event is 'mid'; the other 2 outcomes are no event."
    assert aw.check(model, x, y).task is Task.MULTICLASS
    assert aw.check(model, x[y != "mid"], y[y != "mid"]).task is Task.MULTICLASS, "the model knows three"


def test_classes_keep_the_order_of_the_model_and_of_numbers(x: np.ndarray[Any, Any]) -> None:
    y = np.array([2, 10, 9])[np.digitize(x[:, 0], [-0.5, 0.5])]  # sorted by size: 2, 9, 10
    model = LogisticRegression().fit(x, y)
    named = aw.check(model, x, y).metrics["log_loss"].value
    bare = aw.check(model.predict_proba, x, y).metrics["log_loss"].value
    assert named == bare

    class Backwards:
        classes_ = np.array([10, 9, 2])

        def predict_proba(self, rows: Any) -> Any:
            return model.predict_proba(rows)[:, ::-1]

    assert aw.check(Backwards(), x, y).metrics["log_loss"].value == named


def test_a_regressor_of_few_whole_numbers_is_no_classifier(x: np.ndarray[Any, Any]) -> None:
    stars = np.clip(np.round(x[:, 0] * 2), 1, 5).astype(int)
    model = LinearRegression().fit(x, stars)
    for one in (model, model.predict):
        report = aw.check(one, x, stars)
        assert report.task is Task.REGRESSION
        assert report.metrics["rmse"].value == pytest.approx(
            float(np.sqrt(np.mean((model.predict(x) - stars) ** 2)))
        )


def test_a_row_that_scores_otherwise_alone_is_found(x: np.ndarray[Any, Any], event: Any) -> None:
    def by_batch(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return 1 / (1 + np.exp(-(rows[:, 0] - rows[:, 0].mean())))  # standardised with the batch

    skew = next(r for r in aw.check(by_batch, x, event.astype(int)).results if r.code == "SRV002")
    assert skew.verdict is Verdict.FAIL
    assert "of 20 rows" in skew.finding


def test_periods_are_compared_where_the_rows_are_dated(x: np.ndarray[Any, Any], event: Any) -> None:
    rows, y = np.vstack([x, x]), np.append(event, event).astype(int)
    moments = 1.7e9 + 86_400.0 * np.arange(2 * N)
    found = verdicts(aw.check(lambda X: 1 / (1 + np.exp(-X[:, 0])), rows, y, time=moments))
    assert {"STA001", "STA002"} <= set(found)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (lambda rows: rows[:, 0], "neither a label nor a probability"),
        (lambda rows: rows[1:, 0], "answers 300 rows with 299 values"),
        (lambda rows: rows[:, 0] / 0, "answers data row 1"),
        (lambda rows: 1 / 0, "division by zero"),
        (lambda rows: np.array(["maybe"] * N), "The model answers 'maybe'"),
        (lambda rows: np.full((N, 3), 0.2), "3 values a row for 2 classes"),
        (lambda rows: np.zeros((N, 2, 2)), "shape (300, 2, 2)"),
        (type("Margins", (), {"decision_function": lambda self, rows: rows[:, 0]})(), "gives margins"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_no_check_can_read_is_told(x: np.ndarray[Any, Any], event: Any, model: Any, words: str) -> None:
    with pytest.raises(InputError) as caught:
        aw.check(model, x, event.astype(int))
    assert words in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize("rows", [[1, 2], np.zeros((2, 2, 2)), {"a": [1]}, 7])
def test_what_is_no_table_is_told(rows: Any) -> None:
    with pytest.raises(InputError, match=r"Give a (pandas|table)"):
        read_table(rows)


def test_outcomes_that_the_model_does_not_know_are_told(x: np.ndarray[Any, Any], event: Any) -> None:
    model = LogisticRegression().fit(x, np.where(event, "yes", "no"))
    with pytest.raises(InputError, match="knows the classes no, yes, and an outcome is 'maybe'"):
        aw.check(model, x, ["maybe", "no"] * (N // 2))
    with pytest.raises(InputError, match="300 rows of 3 inputs and 299 known outcomes"):
        aw.check(model, x, np.where(event, "yes", "no")[1:])


def test_predictions_say_what_needs_the_model(event: Any) -> None:
    scores = np.where(event, 0.7, 0.3)
    results = {result.code: result for result in aw.check(scores, y=event.astype(int)).results}
    assert {"EXP001", "SRV001", "SRV002"} <= set(results)
    assert all(
        results[code].finding.startswith("Only predictions were given") for code in ASKED & set(results)
    )
