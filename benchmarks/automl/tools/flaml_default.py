"""FLAML's AutoML with its defaults."""

import contest


def fit(train, task, seconds, folder):
    import pickle

    from flaml import AutoML

    binary = task["task"] == "binary"
    target = task["target"]
    model = AutoML()
    model.fit(
        X_train=train.drop(columns=[target]),
        y_train=train[target],
        task="classification" if binary else "regression",
        metric="log_loss" if binary else "rmse",
        time_budget=seconds,
        n_jobs=1,
        verbose=0,
        seed=1,
    )
    (folder / "model.pickle").write_bytes(pickle.dumps(model.model))
    if binary:
        return lambda rows: model.predict_proba(rows)[:, 1]
    return model.predict


contest.run(fit)
