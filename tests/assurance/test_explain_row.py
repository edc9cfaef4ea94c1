"""Why one row is scored as it is: points, words, gaps and values that nobody has seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import airworthy as aw
from airworthy.assurance.explain.asked_rows import AskedRows, Words
from airworthy.assurance.explain.row import row_reasons
from airworthy.assurance.explain.row_words import sentences, table
from airworthy.kernel.errors import InputError
from airworthy.scoring import Scorer, save_spec
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Isotonic, Linear, OneHot, Platt, Scaled, ScorerSpec, Threshold


def odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def scorer_of(tmp_path: Path, **changes: Any) -> Scorer:
    """Log-odds 0.5 + age / 10 + 2 in Rome, reasons from age 40 outside Rome."""
    spec = ScorerSpec(
        task="binary",
        contract=Contract(
            columns=(
                Column(name="age", type=LogicalType.INTEGER),
                Column(name="city", type=LogicalType.CATEGORY),
                Column(name="visits", type=LogicalType.INTEGER),
            ),
            classes=("stays", "leaves"),
        ),
        features=(
            Scaled(column="age", fill=0.0, center=0.0, scale=1.0),
            OneHot(column="city", value="Rome"),
            Scaled(column="visits", fill=0.0, center=0.0, scale=1.0),
        ),
        learner=Linear(coefficients=((0.1, 2.0, 0.0),), intercepts=(-4.0,)),
        decision=Threshold(threshold=0.5),
        baseline=(40.0, 0.0, 1.0),
        **changes,
    )
    save_spec(spec, tmp_path)
    return Scorer.load(tmp_path)


def asked(scorer: Scorer, **columns: Any) -> AskedRows:
    known = {"age": np.array([20.0, 60.0]), "city": ["Rome", "Oslo"], "visits": np.array([1.0, 2.0])}
    return AskedRows(
        scorer,
        columns,
        known,
        Words({"age": "age of the customer", "left": "the contract"}, {"age": "years"}),
        "left",
        None,
        {column.name: column.type for column in scorer.contract.columns},
    )


def test_points_by_hand(tmp_path: Path) -> None:
    row = asked(scorer_of(tmp_path), age=np.array([50.0]), city=["Rome"], visits=np.array([1.0]))
    found = row_reasons(row, 0)
    # Margin 0.1 * (50 - 40) + 2 = 3 from the base 0: 0.9526; without Rome 1: 0.7311; without the age 2: 0.8808.
    assert found.score == pytest.approx(0.9526, abs=1e-4)
    assert found.base == 0.5
    assert [(r.name, r.contribution, round(r.without, 4)) for r in found.reasons] == [
        ("city", 2.0, 0.7311),
        ("age", 1.0, 0.8808),
    ]
    assert found.silent == ("visits",)
    assert found.decided == "leaves"
    told = sentences(found)
    assert told[0] == 'The probability that the contract is "leaves" is 95.3 %, and it decides "leaves".'
    assert told[1] == "Before any column is known it is 50.0 %."
    assert told[2] == (
        'city, Rome, raises the probability that the contract is "leaves" by 22.2 points: without it 73.1 %.'
    )
    assert told[3].startswith("age of the customer, 50 years, raises")
    assert "Counted nothing: visits." in told
    assert table(found)[1] == ("age of the customer", "50 years", "+7.2 points", "88.1 %", "+1.000")


def test_points_go_through_the_models_own_calibration(tmp_path: Path) -> None:
    halved = scorer_of(tmp_path / "platt", calibration=Platt(slope=0.5, offset=0.0))
    row = asked(halved, age=np.array([50.0]), city=["Rome"], visits=np.array([1.0]))
    assert odds(row_reasons(row, 0).reasons[0].without) == pytest.approx(0.5)
    flat = scorer_of(tmp_path / "flat", calibration=Isotonic(margins=(0.0, 0.5), probabilities=(0.2, 0.9)))
    found = row_reasons(asked(flat, age=np.array([50.0]), city=["Rome"], visits=np.array([1.0])), 0).reasons
    assert [(r.contribution, r.moves) for r in found] == [(2.0, 0.0), (1.0, 0.0)]


def test_the_other_class_is_explained_by_the_same_parts_the_other_way_round(tmp_path: Path) -> None:
    row = asked(scorer_of(tmp_path), age=np.array([50.0]), city=["Rome"], visits=np.array([1.0]))
    found = row_reasons(row, 0, of="stays")
    assert found.score == pytest.approx(1 - 0.9526, abs=1e-4)
    assert [r.contribution for r in found.reasons] == [-2.0, -1.0]
    assert "lowers" in sentences(found)[2]
    with pytest.raises(InputError, match="no class 'left'"):
        row_reasons(row, 0, of="left")


def test_values_that_are_missing_unseen_or_far_out_are_named(tmp_path: Path) -> None:
    scorer = scorer_of(tmp_path)
    row = asked(scorer, age=np.array([95.0]), city=["Rome"], visits=np.array([1.0]))
    assert [r.noted for r in row_reasons(row, 0).reasons] == ["beyond", ""]
    assert "no known row has a number that far out" in "\n".join(sentences(row_reasons(row, 0)))
    with pytest.raises(InputError, match="There is no row 1"):
        row_reasons(row, 1)


def test_gaps_and_unseen_categories_of_any_model() -> None:
    frame = pd.DataFrame({"city": ["Rome", "Oslo"] * 20, "age": np.arange(40.0)})

    def model(rows: Any) -> Any:
        gap = rows["age"].isna().to_numpy(float)
        return 0.2 + 0.3 * (rows["city"] == "Bergen").to_numpy(float) + 0.4 * gap

    odd = pd.DataFrame({"city": ["Bergen"], "age": [np.nan]})
    found = aw.explain(model, odd, background=frame).row(0)
    assert {r.name: (r.value, r.noted) for r in found.reasons.reasons} == {
        "age": ("missing", "missing"),
        "city": ("Bergen", "unseen"),
    }
    # Additive in the probability, and no known row has either: 40 and 30 points, whatever is drawn.
    assert {r.name: round(r.moves, 6) for r in found.reasons.reasons} == {"age": 0.4, "city": 0.3}
    assert "no known row has this value" in str(found)
    assert "give or take" in str(found)


def test_the_words_of_a_text_are_told_by_leaving_each_out() -> None:
    texts = ["my flight was late again", "a good crew and good food", "nothing to say about it today"]

    def model(rows: Any) -> Any:
        return [0.5 + 0.3 * ("late" in text) - 0.2 * ("good" in text) for text in rows]

    explanation = aw.explain(model, texts)
    late = explanation.row(0).reasons
    assert [(word.word, round(word.moves, 6)) for word in late.words] == [("late", 0.3)]
    assert 'Of the words of its text: "late" +30.0 points.' in str(explanation.row(0))
    assert [(word.word, round(word.moves, 6)) for word in explanation.row(1).reasons.words] == [
        ("good", -0.2)
    ]
    assert explanation.picture.shapes == ()


def test_a_predicted_number_is_told_in_its_unit() -> None:
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"km": [1.0, 2.0, 3.0, 4.0], "rain": [0.0, 1.0, 0.0, 1.0]})
    model = LinearRegression().fit(frame, 3 * frame["km"] + 5 * frame["rain"] + 1)
    explanation = aw.explain(model, frame, units={"km": "km"})
    found = explanation.row(3)
    # From the mean row (2.5 km, half rain: 11): 3 * 1.5 and 5 * 0.5.
    assert [(r.name, round(r.moves, 6)) for r in found.reasons.reasons] == [("km", 4.5), ("rain", 2.5)]
    assert "km, 4 km, raises the prediction by 4.5: without it 13.5." in str(found)
    assert round(found.reasons.base, 6) == 11.0


def test_shap_and_lime_explain_the_same_model_and_say_what_they_miss() -> None:
    pytest.importorskip("shap")
    pytest.importorskip("lime")
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(12, 3)), columns=["a", "b", "c"])
    frame["town"] = ["Ash", "Birch"] * 6

    def model(rows: Any) -> Any:
        return 0.5 + 0.1 * np.tanh(rows["a"]).to_numpy() + 0.2 * (rows["town"] == "Ash").to_numpy(float)

    sampled = aw.explain(model, frame, method="sampled").picture
    shap = aw.explain(model, frame, method="shap").picture
    lime = aw.explain(model, frame, method="lime").picture
    sizes = {part.name: part.size for part in sampled.parts}
    for part in shap.parts:
        assert part.size == pytest.approx(sizes[part.name], abs=0.01)
    assert shap.method.startswith("shap's KernelExplainer")
    assert "misses the score by" in lime.method
    assert [picture.parts[0].name for picture in (sampled, shap, lime)] == ["town"] * 3


def test_shap_explains_trees_in_probability_and_its_additivity_check_ends_nothing() -> None:
    pytest.importorskip("shap")
    from sklearn.ensemble import RandomForestClassifier

    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(120, 3)), columns=["a", "b", "c"])
    y = np.where(frame["a"] > 0, "yes", "no")
    model = RandomForestClassifier(20, random_state=0).fit(frame, y)
    found = aw.explain(model, frame.head(40), method="shap", background=frame)
    assert found.picture.method.startswith("shap's TreeExplainer")
    assert found.picture.unit == "probability"
    assert found.picture.parts[0].name == "a"


def test_integrated_gradients_of_a_linear_module_are_its_weights_times_the_distance() -> None:
    torch = pytest.importorskip("torch", reason="needs the extra deep")
    pytest.importorskip("captum", reason="needs the extra deep")
    from airworthy.assurance.explain.by_captum import by_captum

    module = torch.nn.Linear(2, 1)
    with torch.no_grad():
        module.weight[:] = torch.tensor([[2.0, -1.0]])
        module.bias[:] = 0.5
    rows = np.array([[1.0, 1.0], [3.0, 1.0]])
    explanation = aw.explain(module, rows, np.array([0, 1]), method="captum", background=rows)
    found = by_captum(explanation.asked, 1)
    np.testing.assert_allclose(found.values, [[-2.0, 0.0], [2.0, 0.0]], atol=1e-6)
    np.testing.assert_allclose(found.base, [3.5, 3.5], atol=1e-6)
    assert found.unit == "log-odds"
    with pytest.raises(InputError, match="torch module"):
        aw.explain(lambda x: x[:, 0], rows, method="captum", task="regression")


def test_an_explainer_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from airworthy.assurance.explain.extra import optional
    from airworthy.kernel.errors import MissingExtra

    def absent(name: str, *_: Any, **__: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(MissingExtra) as error:
        optional("lime.lime_tabular", "lime", "explain")
    assert "airworthy[explain]" in str(error.value)
