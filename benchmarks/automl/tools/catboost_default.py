"""CatBoost with its defaults, categories as its own."""

import contest


def fit(train, task, seconds, folder):
    import catboost
    import pandas as pd

    target = task["target"]
    texts = [
        name for name in train.columns if not pd.api.types.is_numeric_dtype(train[name]) and name != target
    ]

    def filled(rows):
        return rows.assign(
            **{name: rows[name].astype(object).where(rows[name].notna(), "missing") for name in texts}
        )

    kind = catboost.CatBoostClassifier if task["task"] == "binary" else catboost.CatBoostRegressor
    model = kind(thread_count=1, verbose=0, allow_writing_files=False)
    model.fit(filled(train.drop(columns=[target])), train[target], cat_features=texts)
    model.save_model(str(folder / "model.cbm"))
    if task["task"] == "binary":
        return lambda rows: model.predict_proba(filled(rows))[:, 1]
    return lambda rows: model.predict(filled(rows))


contest.run(fit)
