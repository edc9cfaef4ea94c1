"""Features, dates, words, calibration and learners against other libraries and hand-made numbers."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.special import expit
from scipy.special import softmax as scipy_softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from airworthy.kernel.errors import InputError
from airworthy.scoring import apply_steps, feature_matrix
from airworthy.scoring.calibration import interpolate, sigmoid, softmax
from airworthy.scoring.dates import part_of, parts_of
from airworthy.scoring.decision import compile_decision
from airworthy.scoring.spec import (
    Clip,
    Code,
    CostMatrix,
    Number,
    OneHot,
    Scaled,
    SentinelToNull,
    Shift,
    TargetMean,
    TextLength,
    TextScore,
)

NAN = math.nan
TEXTS = ["A very good flight", "bad, BAD service!", "the crew was good and the été long", "x", ""] * 3


def test_number_features_by_hand() -> None:
    columns = {"x": np.array([3.0, NAN, -1.0])}
    features = [Number(column="x"), Scaled(column="x", fill=5.0, center=1.0, scale=2.0)]
    np.testing.assert_array_equal(feature_matrix(features, columns), [[3, 1], [NAN, 2], [-1, -1]])


def test_category_features_by_hand_keep_null_apart_from_unseen() -> None:
    columns = {"city": ["Rome", "Oslo", None]}
    features = [
        Code(column="city", vocabulary=("Paris", "Rome")),
        OneHot(column="city", value="Rome"),
        TargetMean(column="city", values={"Rome": 0.25}, default=0.5),
        TextLength(column="city", scale=2.0),
    ]
    expected = [[1, 1, 0.25, 2], [2, 0, 0.5, 2], [NAN, 0, 0.5, 0]]
    np.testing.assert_array_equal(feature_matrix(features, columns), expected)


def test_steps_by_hand_leave_the_originals_alone() -> None:
    columns = {"x": np.array([-1.0, 5.0, 99.0, np.inf])}
    repaired = apply_steps([SentinelToNull(column="x", values=(-1.0,)), Clip(column="x", high=10.0)], columns)
    np.testing.assert_array_equal(repaired["x"], [NAN, 5.0, 10.0, NAN])
    np.testing.assert_array_equal(columns["x"], [-1.0, 5.0, 99.0, np.inf])


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("part", ["hour", "weekday", "month", "day", "yearday", "days"])
def test_date_parts_equal_the_standard_library(zone: str, part: str) -> None:
    seconds = np.random.default_rng(1).uniform(0.0, 2e9, 400).round(6)
    answers = {
        "hour": lambda t: t.hour,
        "weekday": lambda t: t.weekday(),
        "month": lambda t: t.month,
        "day": lambda t: t.day,
        "yearday": lambda t: t.timetuple().tm_yday,
        "days": lambda t: t.toordinal() - datetime(1970, 1, 1).toordinal(),
    }
    local = [datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)) for second in seconds]
    expected = [float(answers[part](time)) for time in local]
    assert parts_of(part, zone, seconds).tolist() == expected
    assert [part_of(part, zone, second) for second in seconds.tolist()] == expected


def test_a_date_part_of_an_impossible_instant_is_null_and_a_zone_must_exist() -> None:
    far = np.array([NAN, 1e300, -1e300, np.inf])
    assert np.isnan(parts_of("month", "Europe/Berlin", far)).all()
    assert all(math.isnan(part_of("month", "Europe/Berlin", value)) for value in far.tolist())
    with pytest.raises(InputError, match="Mars/Olympus"):
        part_of("hour", "Mars/Olympus", 0.0)


def test_text_scores_equal_a_tfidf_logistic_regression_of_scikit_learn() -> None:
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    model = LogisticRegression().fit(vectorizer.fit_transform(TEXTS), [1, 0, 1, 0, 0] * 3)
    words = vectorizer.get_feature_names_out()
    weights = zip(vectorizer.idf_.tolist(), model.coef_[0].tolist(), strict=True)
    tokens = dict(zip(words.tolist(), weights, strict=True))
    feature = TextScore(column="t", intercept=float(model.intercept_[0]), tokens=tokens)
    unseen = [*TEXTS, "A GOOD good crew, nothing known", "東京 zzz"]
    got = feature_matrix([feature], {"t": unseen})[:, 0]
    np.testing.assert_allclose(got, model.decision_function(vectorizer.transform(unseen)), atol=1e-12)


def test_calibration_equals_scipy_and_numpy() -> None:
    z = np.concatenate([np.random.default_rng(2).normal(0, 20, 500), [0.0, -0.0, 800.0, -800.0, 1e300]])
    np.testing.assert_allclose([sigmoid(value) for value in z.tolist()], expit(z), rtol=1e-14)
    rows = z[:504].reshape(-1, 3)
    got = [softmax(tuple(row)) for row in rows.tolist()]
    np.testing.assert_allclose(got, scipy_softmax(rows, axis=1), rtol=1e-13)
    knots, values = (-2.0, 0.5, 3.0), (0.1, 0.1, 0.8)
    got_lines = [interpolate(value, knots, values) for value in z.tolist()]
    np.testing.assert_allclose(got_lines, np.interp(z, knots, values), rtol=1e-13)


def test_decisions_by_hand() -> None:
    costs = CostMatrix(costs=((0.0, 1.0), (10.0, 0.0)))  # missing a late flight costs ten false alarms
    decide = compile_decision(costs, ("No", "Yes"))
    assert [decide((1 - p, p)) for p in (0.05, 0.09, 0.1, 0.5)] == ["No", "No", "Yes", "Yes"]
    assert compile_decision(Shift(offset=-1.5), ())((4.0,)) == 2.5


def test_a_missing_or_mistyped_column_is_named() -> None:
    with pytest.raises(InputError, match="'age' is needed"):
        feature_matrix([Number(column="age")], {"x": np.array([1.0])})
    with pytest.raises(InputError, match="'age' must be numbers"):
        feature_matrix([Number(column="age")], {"age": ["1"]})
    with pytest.raises(InputError, match="'age' must be text"):
        feature_matrix([OneHot(column="age", value="1")], {"age": np.array([1.0])})
    with pytest.raises(InputError, match="same number of rows"):
        feature_matrix([Number(column="age")], {"age": np.array([1.0]), "x": np.array([])})
