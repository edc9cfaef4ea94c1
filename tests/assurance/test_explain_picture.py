"""The picture of a model: sizes, shapes and pairs, on worlds whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import airworthy as aw
from airworthy.assurance.explain.interactions import LIMIT, pairs_of
from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.shapes import Seen, shape_of
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.tables import read_table
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.workspace.explaining import Explanation

Frame = pd.DataFrame


def numbers(n: int, seed: int = 0, columns: str = "abcd") -> Frame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(n, len(columns))), columns=list(columns))


def regression(frame: Frame, function: Any) -> tuple[OneOutput, dict[str, Any]]:
    table = read_table(frame)
    scorer = ForeignScorer(function, table, Task.REGRESSION, ())
    return OneOutput.of(scorer, table.columns), table.columns


def test_the_shape_of_a_straight_line_is_that_line_centred() -> None:
    frame = numbers(2_000)
    one, columns = regression(frame, lambda rows: (3 * rows["a"] + rows["b"] ** 2).to_numpy())
    found = shape_of(one, Seen(columns), "a", "a")
    assert found is not None
    at = np.array([point.at for point in found.points], float)
    values = np.array([point.value for point in found.points])
    np.testing.assert_allclose(values - values[0], 3 * (at - at[0]), atol=1e-9)
    # 0 is the average over the rows: the curve passes 0 near the mean of a.
    assert abs(np.interp(frame["a"].mean(), at, values)) < 0.05
    assert [point.few for point in found.points].count(True) == 0


def test_a_correlated_column_does_not_lend_its_effect_to_another() -> None:
    # Apley and Zhu's point: partial dependence at far corners would see b, which is a copy of a and noise.
    rng = np.random.default_rng(1)
    a = rng.normal(size=2_000)
    frame = pd.DataFrame({"a": a, "b": a + 0.05 * rng.normal(size=2_000)})
    one, columns = regression(frame, lambda rows: np.where(abs(rows["a"] - rows["b"]) < 2, rows["b"], 99.0))
    found = shape_of(one, Seen(columns), "a", "a")
    assert found is not None
    assert max(abs(point.value) for point in found.points) < 1e-9


def test_intervals_of_a_shape_cover_where_effects_differ_by_row() -> None:
    # The step over a bin is its width times (1 + b): its mean over rows is the width times 1.
    covered = 0
    for seed in range(40):
        one, columns = regression(numbers(400, seed), lambda rows: (rows["a"] * (1 + rows["b"])).to_numpy())
        found = shape_of(one, Seen(columns), "a", "a")
        assert found is not None
        first, last = found.points[0], found.points[-1]
        assert first.at is not None
        assert last.low is not None
        assert last.high is not None
        mid = np.array([point.at for point in found.points], float)
        rows = np.array([point.rows for point in found.points[1:]])
        centre = np.average((mid[1:] + mid[:-1]) / 2, weights=rows)
        covered += last.low <= mid[-1] - centre <= last.high
    assert covered >= 32  # of 40 at 95 %; fewer come about once in ten thousand times


def test_a_category_is_held_against_the_most_frequent_among_rows_of_both() -> None:
    frame = pd.DataFrame({"city": ["Rome"] * 50 + ["Oslo"] * 30 + [None] * 10, "x": np.arange(90.0)})
    effect = {"Rome": 1.0, "Oslo": 4.0}
    one, columns = regression(frame, lambda rows: np.array([effect.get(c, 0.5) for c in rows["city"]]))
    found = shape_of(one, Seen(columns), "city", "city")
    assert found is not None
    assert found.reference == "Rome"
    assert [(point.label, point.value, point.rows) for point in found.points] == [
        ("Rome", 0.0, 50),
        ("Oslo", 3.0, 30),
        ("missing", -0.5, 10),
    ]


def test_gaps_stand_beside_the_curve_and_few_rows_are_marked() -> None:
    frame = pd.DataFrame({"x": [0.0] * 40 + [1.0] * 40 + [2.0] * 8 + [np.nan] * 25})
    one, columns = regression(frame, lambda rows: rows["x"].fillna(5.0).to_numpy())
    found = shape_of(one, Seen(columns), "x", "x")
    assert found is not None
    assert [point.label for point in found.points] == ["0", "1", "2", "missing"]
    assert [point.rows for point in found.points] == [40, 40, 8, 25]
    assert [point.few for point in found.points] == [False, False, True, False]
    assert found.points[3].value - found.points[0].value == pytest.approx(5.0)


def test_a_column_of_one_value_and_free_text_have_no_shape() -> None:
    one, columns = regression(pd.DataFrame({"x": np.ones(50)}), lambda rows: rows["x"].to_numpy())
    assert shape_of(one, Seen(columns), "x", "x") is None


def test_an_additive_score_has_no_pair_whatever_its_shapes() -> None:
    frame = numbers(500)

    def model(rows: Frame) -> Any:
        margin = np.sin(3 * rows["a"]) + (rows["b"] > 0) * 2 - rows["c"] ** 3 / 5
        return 1 / (1 + np.exp(-margin.to_numpy()))

    table = read_table(frame)
    one = OneOutput.of(ForeignScorer(model, table, Task.BINARY, ("no", "yes")), table.columns)
    found = pairs_of(one, table.columns, list("abcd"), {c: c for c in "abcd"}, seed=1)
    assert found.found == ()
    assert found.searched == 6


def test_a_product_is_found_with_its_share_of_the_variance() -> None:
    # Var(a) = 1 and Var(b c) = 1: half of the variance is what b and c add only together.
    one, columns = regression(numbers(4_000), lambda rows: (rows["a"] + rows["b"] * rows["c"]).to_numpy())
    found = pairs_of(one, columns, list("abcd"), {c: c.upper() for c in "abcd"}, seed=1)
    assert [pair.labels for pair in found.found] == [("B", "C")]
    pair = found.found[0]
    assert pair.low is not None
    assert pair.high is not None
    assert pair.low < 0.5 < pair.high


def test_trees_fitted_on_additive_rows_show_no_pair_and_on_planted_ones_theirs() -> None:
    from lightgbm import LGBMRegressor

    def found(seed: int, planted: float) -> set[tuple[str, str]]:
        frame = numbers(1_500, seed)
        noise = np.random.default_rng(seed + 1_000).normal(size=len(frame))
        y = frame["a"] + np.sign(frame["b"]) + planted * frame["a"] * frame["c"] + noise
        model = LGBMRegressor(n_estimators=40, num_leaves=15, n_jobs=1, verbose=-1)
        model.fit(frame[:1_000], y[:1_000])
        one, columns = regression(frame[1_000:].reset_index(drop=True), model.predict)
        names = {c: c for c in "abcd"}
        return {pair.names for pair in pairs_of(one, columns, list(names), names, seed).found}

    assert sum(bool(found(seed, 0.0)) for seed in range(5)) == 0
    assert all(("a", "c") in found(seed, 1.0) for seed in range(2))
    assert LIMIT == 0.03


def test_the_picture_of_a_plain_function_ranks_its_columns_and_keeps_silent_ones() -> None:
    frame = numbers(400)
    y = (frame["a"] > 0).astype(int)
    found = aw.explain(
        lambda rows: 1 / (1 + np.exp(-(2 * rows["a"] + rows["b"]).to_numpy())),
        frame,
        y,
        protected=["b"],
        glossary={"a": "age in years"},
    )
    parts = found.picture.parts
    assert [part.label for part in parts] == ["age in years", "b", "c", "d"]
    assert [part.size == 0 for part in parts] == [False, False, True, True]
    assert [part.protected for part in parts] == [False, True, False, False]
    assert parts[0].rise is not None
    assert parts[0].rise > 0.1
    assert parts[3].rise == 0.0
    text = str(found)
    assert "Counted nothing: c and d." in text
    assert "The model reads protected columns: b." in text
    assert "sampled Shapley values" in text


def test_repeats_of_an_entity_widen_the_intervals() -> None:
    frame = pd.concat([numbers(60)] * 10, ignore_index=True)

    def width(found: Explanation) -> float:
        part = found.picture.parts[0]
        assert part.low is not None
        assert part.high is not None
        return part.high - part.low

    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(frame, frame["a"] * 3 + frame["b"])
    alone = aw.explain(model, frame)
    repeated = aw.explain(model, frame, entity=np.tile(np.arange(60), 10))
    assert width(repeated) == pytest.approx(width(alone) * np.sqrt(10), rel=0.05)


def test_of_several_classes_one_is_explained_throughout() -> None:
    from sklearn.linear_model import LogisticRegression

    frame = numbers(300)
    y = np.where(frame["a"] > 0.6, "high", np.where(frame["a"] < -0.6, "low", "mid"))
    model = LogisticRegression().fit(frame, y)
    found = aw.explain(model, frame, y, of="high")
    assert found.picture.explained == "high"
    assert found.picture.parts[0].name == "a"
    values = [point.value for point in found.picture.shapes[0].points]
    assert values == sorted(values)
    with pytest.raises(InputError, match="no class 'top'"):
        aw.explain(model, frame, of="top")


def test_a_page_needs_nothing_from_elsewhere_and_escapes_names(tmp_path: Any) -> None:
    frame = numbers(120).rename(columns={"a": "<b>a</b>"})
    found = aw.explain(lambda rows: rows["<b>a</b>"].to_numpy(), frame, task="regression")
    page = found.to_html(tmp_path / "why.html", "m<1>").read_text("utf-8")
    assert "<b>a</b>" not in page
    assert "&lt;b&gt;a&lt;/b&gt;" in page
    assert "<script" not in page.replace('<script type="application/json"', "")
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "&lt;b&gt;" in found._repr_html_()
    assert [chart["title"] for chart in found.charts][:2] == ["What moves the score most", "<b>a</b>"]


def test_what_cannot_be_explained_says_why() -> None:
    frame = numbers(40)
    with pytest.raises(InputError, match="method='magic'"):
        aw.explain(lambda rows: rows["a"], frame, method="magic")
    with pytest.raises(InputError, match="only be sampled"):
        aw.explain(lambda rows: rows["a"].to_numpy(), frame, method="exact", task="regression")
    with pytest.raises(InputError, match="40 rows and 3 outcomes"):
        aw.explain(lambda rows: (rows["a"] > 0).to_numpy(float), frame, [0, 1, 1])
    with pytest.raises(InputError, match="no rows"):
        aw.explain(lambda rows: rows["a"], frame.head(0))
