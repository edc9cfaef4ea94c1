"""AIF360's documented reweighing example on the adult and German rows, in an environment of its own.

Run by `reweighing.py`, with the Python of an environment that has aif360: it needs nothing of ours. The steps are those
of AIF360's notebook `demo_reweighing_preproc`: its own preprocessing, seed 1, 70 % to learn from, half of the rest to
set the threshold of a logistic regression, the other half to test on.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import aif360
import numpy as np
import pandas as pd
from aif360.algorithms.preprocessing.optim_preproc_helpers.data_preproc_functions import (
    load_preproc_data_adult,
)
from aif360.algorithms.preprocessing.reweighing import Reweighing
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import BinaryLabelDatasetMetric, ClassificationMetric
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

FIRST_LINE = "|1x3 Cross validator\n"
"""Of UCI's adult.test; AIF360 skips the first line whatever it says, so that without it a row would be lost."""
THRESHOLDS = np.linspace(0.01, 0.99, 100)

Groups = list[dict[str, int]]


def lay_down(source: Path) -> None:
    """Put the adult rows where AIF360 looks for them, in the order that the notebook's figures come from.

    AIF360 put adult.data before adult.test then, and does so the other way round now: here the files change names.
    """
    folder = Path(aif360.__file__).parent / "data" / "raw" / "adult"
    (folder / "adult.test").write_text(FIRST_LINE + (source / "adult.data").read_text())
    test = (source / "adult.test").read_text()
    (folder / "adult.data").write_text(test.removeprefix(FIRST_LINE))


def metric(
    actual: BinaryLabelDataset, decided: BinaryLabelDataset, one: Groups, other: Groups
) -> ClassificationMetric:
    return ClassificationMetric(actual, decided, unprivileged_groups=one, privileged_groups=other)


def decided(rows: BinaryLabelDataset, scores: np.ndarray, threshold: float) -> BinaryLabelDataset:
    found = rows.copy(deepcopy=True)
    found.labels = np.where(scores > threshold, rows.favorable_label, rows.unfavorable_label).reshape(-1, 1)
    return found


def fitted(train: BinaryLabelDataset, scale: StandardScaler) -> tuple[LogisticRegression, int]:
    """A logistic regression on weighed rows, and the column of its probability of the favourable label."""
    model = LogisticRegression()
    model.fit(scale.fit_transform(train.features), train.labels.ravel(), sample_weight=train.instance_weights)
    return model, int(np.flatnonzero(model.classes_ == train.favorable_label)[0])


def best_threshold(scores: np.ndarray, valid: BinaryLabelDataset, one: Groups, other: Groups) -> float:
    """That of the highest balanced accuracy."""
    measured = [metric(valid, decided(valid, scores, at), one, other) for at in THRESHOLDS]
    balanced = [0.5 * (each.true_positive_rate() + each.true_negative_rate()) for each in measured]
    return float(THRESHOLDS[int(np.argmax(balanced))])


def figures(
    actual: BinaryLabelDataset, made: BinaryLabelDataset, one: Groups, other: Groups
) -> dict[str, float]:
    of_test = metric(actual, made, one, other)
    return {
        "balanced accuracy": 0.5 * (of_test.true_positive_rate() + of_test.true_negative_rate()),
        "statistical parity difference": of_test.statistical_parity_difference(),
        "disparate impact": of_test.disparate_impact(),
        "average odds difference": of_test.average_odds_difference(),
        "equal opportunity difference": of_test.equal_opportunity_difference(),
    }


def reweighed(
    train: BinaryLabelDataset, one: Groups, other: Groups
) -> tuple[BinaryLabelDataset, dict[str, float]]:
    """The rows with AIF360's weights, and the difference of mean outcomes before and after."""
    after = Reweighing(unprivileged_groups=one, privileged_groups=other).fit_transform(train)
    before_after = [
        BinaryLabelDatasetMetric(rows, unprivileged_groups=one, privileged_groups=other).mean_difference()
        for rows in (train, after)
    ]
    return after, {"before": before_after[0], "after": before_after[1]}


def adult(home: Path) -> None:
    one, other = [{"sex": 0}], [{"sex": 1}]
    rows = load_preproc_data_adult(["sex"])
    np.random.seed(1)
    train, rest = rows.split([0.7], shuffle=True)
    valid, test = rest.split([0.5], shuffle=True)
    after, difference = reweighed(train, one, other)
    scale = StandardScaler()
    model, column = fitted(train, scale)
    scores = model.predict_proba(scale.transform(valid.features))[:, column]
    threshold = best_threshold(scores, valid, one, other)
    plain = decided(test, model.predict_proba(scale.transform(test.features))[:, column], threshold)
    model, column = fitted(after, scale)
    # The notebook fits its scale again on the test rows here, and keeps the plain model's threshold.
    own = scale.fit_transform(test.features)
    moved = decided(test, model.predict_proba(own)[:, column], threshold)
    told = {
        "mean difference": difference,
        "before": figures(test, plain, one, other),
        "after": figures(test, moved, one, other),
    }
    np.savez(
        home / "adult.npz",
        y=train.labels.ravel(),
        privileged=train.protected_attributes.ravel(),
        weights=after.instance_weights,
        test_y=test.labels.ravel(),
        test_privileged=test.protected_attributes.ravel(),
        decided_before=plain.labels.ravel(),
        decided_after=moved.labels.ravel(),
    )
    (home / "adult.json").write_text(json.dumps(told))


def german(home: Path, table: Path) -> None:
    """As `tutorial_credit_scoring`, from the labels and ages alone: the weights ask for nothing else."""
    one, other = [{"old": 0}], [{"old": 1}]
    frame = pd.read_csv(table)
    frame = pd.DataFrame({"good": frame["risk"].astype(float), "old": (frame["age"] >= 25).astype(float)})
    rows = BinaryLabelDataset(df=frame, label_names=["good"], protected_attribute_names=["old"])
    np.random.seed(0)
    train, _ = rows.split([0.7], shuffle=True)
    after, difference = reweighed(train, one, other)
    np.savez(
        home / "german.npz",
        y=train.labels.ravel(),
        privileged=train.protected_attributes.ravel(),
        weights=after.instance_weights,
    )
    (home / "german.json").write_text(json.dumps({"mean difference": difference}))


def main() -> None:
    """`aif360_peer.py HOME ADULT_FOLDER [GERMAN_CSV]`."""
    warnings.filterwarnings("ignore")
    home, folder, *table = (Path(one) for one in sys.argv[1:])
    lay_down(folder)
    adult(home)
    for path in table:
        german(home, path)


if __name__ == "__main__":
    main()
