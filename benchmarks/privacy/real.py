"""PRI001 on real tables, beside the attack of the Adversarial Robustness Toolbox and the time that it takes.

    python benchmarks/privacy/real.py DATA [adult|credit|heart] ...

DATA is the folder of the public tables. One half of the rows is learned, the other is not. Prints our AUC and share
named at 1 % false positives, the AUC of ART's black-box attack (its own model, fitted on half of either side and
measured on the rest), and the processor seconds of each.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from art.attacks.inference.membership_inference import MembershipInferenceBlackBox
from art.estimators.classification import BlackBoxClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import airworthy as aw
from airworthy.measures.ranking import Auc

MODELS = {
    "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)),
    "boosted": HistGradientBoostingClassifier(random_state=0),
    "forest": RandomForestClassifier(100, random_state=0),
    "tree": DecisionTreeClassifier(random_state=0),
}
MOST = 10_000


def adult(data: Path) -> tuple[Any, Any]:
    """Income above 50K; words as their places in order."""
    rows = pl.read_csv(data / "adult_income" / "adult.data", has_header=False, infer_schema_length=0)
    rows = rows.drop_nulls()
    coded = [_column(rows[name]) for name in rows.columns[:-1]]
    return np.column_stack(coded), (rows[:, -1].str.strip_chars() == ">50K").to_numpy().astype(int)


def credit(data: Path) -> tuple[Any, Any]:
    """A payment missed next month."""
    path = next((data / "credit_default_taiwan").glob("*.csv"))
    rows = pl.read_csv(path, infer_schema_length=None)
    target = next(name for name in rows.columns if name.lower().startswith("default"))
    names = [name for name in rows.columns if name not in (target, "ID")]
    return rows.select(names).to_numpy().astype(float), rows[target].to_numpy().astype(int)


def heart(data: Path) -> tuple[Any, Any]:
    """A diseased heart, Cleveland: 303 rows."""
    path = data / "heart_disease" / "processed.cleveland.data"
    rows = pl.read_csv(path, has_header=False, null_values="?").cast(pl.Float64)
    return rows[:, :-1].fill_null(0.0).fill_nan(0.0).to_numpy(), (rows[:, -1] > 0).to_numpy().astype(int)


def _column(values: pl.Series) -> Any:
    words = values.str.strip_chars()
    numbers = words.cast(pl.Float64, strict=False)
    return numbers if not numbers.null_count() else words.rank("dense").cast(pl.Float64)


def peer(model: Any, learned: tuple[Any, Any], others: tuple[Any, Any]) -> float:
    """AUC of ART's attack on the half of either side that it was not fitted on."""
    table = np.concatenate([learned[0], others[0]])
    spread = (float(table.min()), float(table.max()))
    estimator = BlackBoxClassifier(
        lambda rows: model.predict_proba(rows), (table.shape[1],), 2, clip_values=spread
    )
    attack = MembershipInferenceBlackBox(estimator, input_type="prediction", attack_model_type="rf")
    half = min(len(learned[0]), len(others[0])) // 2
    attack.fit(learned[0][:half], learned[1][:half], others[0][:half], others[1][:half])
    told = [attack.infer(x[half:], y[half:], probabilities=True).ravel() for x, y in (learned, others)]
    member = np.repeat([1, 0], [len(told[0]), len(told[1])])
    return Auc(member, np.concatenate(told)).value


def main() -> None:
    """Measure and print."""
    data = Path(sys.argv[1])
    wanted = sys.argv[2:] or ["adult", "credit", "heart"]
    for name in wanted:
        table, outcome = {"adult": adult, "credit": credit, "heart": heart}[name](data)
        order = np.random.default_rng(0).permutation(len(table))[:MOST]
        half = len(order) // 2
        learned, others = ((table[at], outcome[at]) for at in (order[:half], order[half:]))
        for kind, model in MODELS.items():
            model.fit(*learned)
            began = time.process_time()
            found = aw.privacy(model, learned, others)
            took, began = time.process_time() - began, time.process_time()
            theirs = peer(model, learned, others)
            took_theirs = time.process_time() - began
            verdicts = "/".join(str(one.verdict) for one in found.results if one.code == "PRI001")
            ours = found.attacks["calibrated"]
            named, auc = ours["named_at_1_percent"], ours["auc"]
            print(
                f"{name:7}{kind:10}{half:6,} learned  AUC {auc['value']:.3f} ({auc['low']:.3f}-{auc['high']:.3f})"
                f"  named at 1 % {named['value']:.3f} ({named['low']:.3f}-{named['high']:.3f})  {verdicts:12}"
                f" {took:5.1f} s   ART AUC {theirs:.3f} {took_theirs:5.1f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
