"""The same model and rows for Airworthy and for DiCE (`random`): how many rows find a way, how well, how fast.

    python benchmarks/counterfactuals_peer.py airworthy [--rows 30]
    python benchmarks/counterfactuals_peer.py dice [--rows 30]      # in an environment with dice-ml

A boosted forest of scikit-learn on adult.data, fitted anew by each (the same bits with the same version). Age,
education, marriage, relationship, country, sex and race must stay; years of education may only rise, which DiCE
takes as a range for each row. Three rows are asked for. One counts where the model decides it as wanted and
nothing that must stay has moved; `all valid` is the share of all returned rows for which that holds.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
NAMES = """age workclass fnlwgt education education_num marital_status occupation relationship race sex
capital_gain capital_loss hours_per_week native_country income""".split()  # noqa: SIM905
FREE = ["workclass", "education_num", "occupation", "capital_gain", "capital_loss", "hours_per_week"]
WAYS = Callable[[pd.DataFrame], pd.DataFrame | None]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("engine", choices=["airworthy", "dice"])
    asked.add_argument("--rows", type=int, default=30)
    given = asked.parse_args()
    X, y = _rows()
    words = [name for name in X if X[name].dtype.kind not in "if"]
    coder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    model = make_pipeline(
        make_column_transformer((coder, words), remainder="passthrough"),
        HistGradientBoostingClassifier(max_iter=60, random_state=0),
    ).fit(X[:20_000], y[:20_000])
    test = X[20_000:23_000].reset_index(drop=True)
    rejected = np.flatnonzero(model.predict(test) == 0)[: given.rows]
    engine = _airworthy(model, test) if given.engine == "airworthy" else _dice(model, X[:20_000], y[:20_000])
    sys.stdout.write(_figures(model, test, rejected, engine) + "\n")
    return 0


def _rows() -> tuple[pd.DataFrame, Any]:
    frame = pd.read_csv(SHARED / "adult_income" / "adult.data", names=NAMES, skipinitialspace=True)
    return frame.drop(columns=["fnlwgt", "income"]), (frame["income"] == ">50K").to_numpy().astype(int)


def _airworthy(model: Any, test: pd.DataFrame) -> WAYS:
    import airworthy as aw  # only this engine needs it

    rules = aw.changes({name: "never" for name in test if name not in FREE} | {"education_num": "up"})

    def ways(row: pd.DataFrame) -> pd.DataFrame | None:
        found = aw.counterfactual(model, test, row, changes=rules).found
        made = []
        for one in found:
            made.append(row.copy())
            for change in one.changes:
                made[-1][change.column] = pd.Series([change.becomes], row.index).astype(
                    row[change.column].dtype
                )
        return pd.concat(made) if made else None

    return ways


def _dice(model: Any, X: pd.DataFrame, y: Any) -> WAYS:
    import dice_ml  # only this engine needs it
    from raiutils.exceptions import UserConfigValidationException  # comes with it

    numbers = [name for name in X if X[name].dtype.kind in "if"]
    data = dice_ml.Data(dataframe=X.assign(income=y), continuous_features=numbers, outcome_name="income")
    search = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method="random")

    def ways(row: pd.DataFrame) -> pd.DataFrame | None:
        least = int(row["education_num"].iloc[0])
        try:  # where it finds none it raises
            found = search.generate_counterfactuals(
                row,
                total_CFs=3,
                desired_class="opposite",
                features_to_vary=FREE,
                permitted_range={"education_num": [least, 16]},
                random_seed=0,
                verbose=False,
            )
        except UserConfigValidationException:
            return None
        made = found.cf_examples_list[0].final_cfs_df
        return None if made is None or not len(made) else made[list(X)].astype(row.dtypes.to_dict())

    return ways


def _figures(model: Any, test: pd.DataFrame, places: Any, ways: WAYS) -> str:
    found, valid, changes, seconds = 0, [], [], []
    stays = [name for name in test if name not in FREE]
    for place in places.tolist():
        row = test[place : place + 1]
        began = time.process_time()
        made = ways(row)
        seconds.append(time.process_time() - began)
        if made is None:
            continue
        kept = (made[stays].to_numpy() == row[stays].to_numpy()).all(axis=1)
        good = (model.predict(made) == 1) & kept & (made["education_num"] >= row["education_num"].iloc[0])
        valid += list(good)
        found += bool(good.any())
        if good.any():
            moved = (made[good].to_numpy() != row.to_numpy()).sum(axis=1)
            changes.append(int(moved.min()))
    return (
        f"found {found} of {len(places)}, all valid {100 * np.mean(valid):.0f} % of {len(valid)} rows, fewest changes "
        f"{np.mean(changes):.2f} (mean), seconds a row {np.median(seconds):.2f} (most {np.max(seconds):.2f})"
    )


if __name__ == "__main__":
    sys.exit(main())
