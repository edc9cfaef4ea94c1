"""AutoGluon at a preset; `latest` gives it the last fifth of the rows as `tuning_data`."""

import sys

import contest


def fit(train, task, seconds, folder):
    from autogluon.tabular import TabularPredictor

    preset, latest = sys.argv[3], "latest" in sys.argv[4:]
    binary = task["task"] == "binary"
    predictor = TabularPredictor(
        label=task["target"],
        problem_type="binary" if binary else "regression",
        eval_metric="log_loss" if binary else "root_mean_squared_error",
        path=str(folder / "autogluon"),
        verbosity=0,
    )
    more = {}
    if latest:
        cut = round(0.8 * len(train))
        more = (
            {"tuning_data": train.iloc[cut:], "use_bag_holdout": True}
            if preset == "best_quality"
            else {"tuning_data": train.iloc[cut:]}
        )
        train = train.iloc[:cut]
    predictor.fit(train, presets=preset, time_limit=seconds, num_cpus=1, num_gpus=0, **more)
    if binary:
        return lambda rows: predictor.predict_proba(rows)[predictor.positive_class]
    return predictor.predict


contest.run(fit)
