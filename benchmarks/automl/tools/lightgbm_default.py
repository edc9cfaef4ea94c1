"""LightGBM with its defaults, categories as its own."""

import contest


def fit(train, task, seconds, folder):
    import lightgbm
    import pandas as pd

    target = task["target"]
    texts = {
        name: pd.CategoricalDtype(sorted(train[name].dropna().unique()))
        for name in train.columns
        if not pd.api.types.is_numeric_dtype(train[name]) and name != target
    }
    kind = lightgbm.LGBMClassifier if task["task"] == "binary" else lightgbm.LGBMRegressor
    model = kind(n_jobs=1, verbose=-1).fit(train.drop(columns=[target]).astype(texts), train[target])
    model.booster_.save_model(str(folder / "model.txt"))
    if task["task"] == "binary":
        return lambda rows: model.predict_proba(rows.astype(texts))[:, 1]
    return lambda rows: model.predict(rows.astype(texts))


contest.run(fit)
