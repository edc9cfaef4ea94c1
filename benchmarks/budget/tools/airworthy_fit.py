"""`aw.train` within the limit, and what it says where it did not use it."""

import contest


def fit(train, task, seconds, folder):
    import polars as pl

    import airworthy

    frame = pl.from_pandas(train)
    clock = None
    if task["ordered"]:
        frame, clock = frame.with_row_index("__place__"), "__place__"
    model = airworthy.train(
        frame,
        target=task["target"],
        order=clock,
        at_decision=[name for name in frame.columns if name not in (task["target"], clock)],
        seconds=seconds,
        folder=folder,
        threads=1,
        seed=task["split"],
    )

    def predict(rows):
        return model.predict(pl.from_pandas(rows))

    said = [one.note for one in model.candidates if one.name == "further candidates"]
    predict.note = said[0] if said else ""
    return predict


contest.run(fit)
