"""What every contestant's script does around its tool: time, memory, disk, and the answers written down."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGAN = time.perf_counter()
INFERENCE_ROWS = 1_000


def run(fit: Callable[[Any, dict[str, Any], float, Path], Callable[[Any], Any]]) -> None:
    """`fit(train, task, seconds, folder)` returns a function from test rows to probabilities or numbers.

    The limit is handed over as given; what the tool really took, its own import left out, is written beside it.
    """
    import numpy as np
    import pandas as pd

    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    task = json.loads((folder / "task.json").read_text())
    train, test = (pd.read_parquet(folder / f"{part}.parquet") for part in ("train", "test"))
    home = folder / "model"
    home.mkdir(exist_ok=True)
    began, cpu = time.perf_counter(), time.process_time()
    predict = fit(train, task, seconds, home)
    spent = time.perf_counter() - began
    rows = test.drop(columns=[task["target"]])
    answers = np.asarray(predict(rows), dtype=np.float64)
    some = rows.head(INFERENCE_ROWS)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        predict(some)
        times.append(time.perf_counter() - start)
    np.save(folder / "answers.npy", answers)
    figures = {
        "seconds": spent,
        "cpu": time.process_time() - cpu,
        "disk_mb": sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6,
        "inference_ms": 1e3 * sorted(times)[1] * INFERENCE_ROWS / max(1, len(some)),
    }
    (folder / "figures.json").write_text(json.dumps(figures))
