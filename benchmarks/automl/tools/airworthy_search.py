"""Airworthy's search, and the scorer that it publishes."""

import contest


def fit(train, task, seconds, folder):
    import polars as pl

    import airworthy

    frame = pl.from_pandas(train)
    clock = None
    if task["ordered"]:
        frame, clock = frame.with_row_index("__place__"), "__place__"
    model = airworthy.train(
        frame, target=task["target"], order=clock, seconds=seconds, folder=folder, threads=1
    )
    return lambda rows: model.predict(pl.from_pandas(rows))


contest.run(fit)
