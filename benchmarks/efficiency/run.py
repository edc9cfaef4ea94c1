"""Time and energy of the same trees, scored by Airworthy and by its peers, in alternating rounds of one run.

    python benchmarks/efficiency/run.py            prints a Markdown table

One LightGBM model (200 trees, 30 features). Each way scores the same 1,000 single rows and the same batches of
1,000 rows, one thread. Ways: Airworthy's scorer from a request's bytes to a decision, and from typed values;
LightGBM's own Booster and its scikit-learn wrapper from a numpy row; onnxruntime from a float32 row, where it
is installed, with the trees written as one operator. Percentiles are those of EFF001, with its intervals.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from airworthy.measures.quantile import OrderStatistic
from airworthy.metering.energy import BUSY_WATTS
from airworthy.scoring import Scorer, save_spec, write_manifest
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Boosted, Number, ScorerSpec, Threshold

FEATURES, TREES, ROWS, ROUNDS, BATCHES = 30, 200, 1_000, 5, 20
NODES = (
    *("nodes_modes", "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values"),
    *("nodes_truenodeids", "nodes_falsenodeids"),
)
TARGETS = ("target_treeids", "target_nodeids", "target_ids", "target_weights")
NAMES = [f"x{i}" for i in range(FEATURES)]


@dataclass
class Way:
    """One way to score: a function of a row's number, and one of all rows."""

    name: str
    one: Callable[[int], Any]
    batch: Callable[[], Any]
    seconds: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def round(self) -> None:
        """A share of the single rows and of the batches."""
        for index in range(ROWS // ROUNDS):
            began, cpu = time.perf_counter(), time.process_time()
            self.one(index)
            self.seconds.append(time.perf_counter() - began)
            self.cpu += time.process_time() - cpu
        for _ in range(BATCHES // ROUNDS):
            began = time.perf_counter()
            self.batch()
            self.batches.append(time.perf_counter() - began)

    def line(self) -> str:
        """A row of the table."""
        cells = [self.name]
        for q in (0.5, 0.95, 0.99, 0.999):
            found = OrderStatistic(np.array(self.seconds), q)
            low, high = (_micro(end) for end in found.interval(0.95))
            cells.append(f"{_micro(found.value)} ({low} to {high})")
        rate = OrderStatistic(ROWS / np.array(self.batches), 0.5, "rows/s")
        low, high = (f"{end:,.0f}" for end in rate.interval(0.95))
        cells.append(f"{rate.value:,.0f} ({low} to {high})")
        cells.append(f"{1000 * self.cpu * BUSY_WATTS / len(self.seconds):.3f}")
        return f"| {' | '.join(cells)} |"


def _micro(seconds: float | None) -> str:
    return "open" if seconds is None else f"{1e6 * seconds:.0f}"


def ways(folder: Path) -> list[Way]:
    """Train once, and open the trees in each way."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, FEATURES))
    y = (x[:, :5].sum(axis=1) + rng.normal(size=len(x)) > 0).astype(int)
    wrapper = lightgbm.LGBMClassifier(n_estimators=TREES, verbosity=-1, n_jobs=1, random_state=0).fit(x, y)
    wrapper.booster_.save_model(str(folder / "model.txt"))
    rows = x[:ROWS]
    scorer = own(folder)
    bodies = [json.dumps(dict(zip(NAMES, row.tolist(), strict=True))).encode() for row in rows]
    typed = [scorer.decode(body)[0] for body in bodies]
    columns = {name: np.ascontiguousarray(rows[:, i]) for i, name in enumerate(NAMES)}
    single = [np.ascontiguousarray(row[None, :]) for row in rows]
    booster = lightgbm.Booster(model_file=str(folder / "model.txt"))
    expected = wrapper.predict_proba(rows)[:, 1]
    assert np.allclose(scorer.score_columns(columns).positive, expected, atol=1e-12)
    found = [
        Way(
            "Airworthy, bytes to decision",
            lambda i: scorer.score_row(scorer.decode(bodies[i])[0]),
            lambda: scorer.score_columns(columns),
        ),
        Way(
            "Airworthy, typed values",
            lambda i: scorer.score_row(typed[i]),
            lambda: scorer.score_columns(columns),
        ),
        Way(
            "LightGBM Booster",
            lambda i: booster.predict(single[i], num_threads=1),
            lambda: booster.predict(rows, num_threads=1),
        ),
        Way(
            "LightGBM wrapper (scikit-learn)",
            lambda i: wrapper.predict_proba(single[i]),
            lambda: wrapper.predict_proba(rows),
        ),
    ]
    return [*found, *onnx_way(wrapper, rows, expected)]


def own(folder: Path) -> Scorer:
    """Airworthy's scorer of the same trees."""
    columns = tuple(Column(name=name, type=LogicalType.REAL) for name in NAMES)
    spec = ScorerSpec(
        task="binary",
        contract=Contract(columns=columns, classes=("No", "Yes")),
        features=tuple(Number(column=name) for name in NAMES),
        learner=Boosted(weights="model.txt"),
        decision=Threshold(threshold=0.5),
    )
    save_spec(spec, folder)
    write_manifest(folder)
    return Scorer.load(folder)


def onnx_way(wrapper: Any, rows: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> list[Way]:
    """The trees in onnxruntime; where it is not installed an empty list and a word about it."""
    try:
        import onnxruntime
    except ImportError as error:
        print(f"Left out: onnxruntime ({error}).\n")
        return []
    model = as_onnx(wrapper.booster_)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    name = session.get_outputs()[0].name
    floats = rows.astype(np.float32)
    single = [np.ascontiguousarray(row[None, :]) for row in floats]
    worst = np.abs(session.run([name], {"x": floats})[0][:, 0] - expected).max()
    print(f"onnxruntime differs by {worst:.2g} at the most (float32).\n")
    return [
        Way(
            "onnxruntime, float32",
            lambda i: session.run([name], {"x": single[i]}),
            lambda: session.run([name], {"x": floats}),
        )
    ]


def as_onnx(booster: lightgbm.Booster) -> Any:
    """The booster as one operator TreeEnsembleRegressor (ai.onnx.ml 3), and a sigmoid."""
    from onnx import TensorProto, helper  # only where onnxruntime is there

    held: dict[str, list[Any]] = {name: [] for name in (*NODES, *TARGETS)}
    for tree in booster.dump_model()["tree_info"]:
        walk(tree["tree_structure"], tree["tree_index"], held, [0])
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["margin"],
        domain="ai.onnx.ml",
        n_targets=1,
        **held,
    )
    link = helper.make_node("Sigmoid", ["margin"], ["p"])
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, FEATURES])
    told = helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])
    graph = helper.make_graph([node, link], "trees", [given], [told])
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(graph, opset_imports=versions, ir_version=9)


def walk(part: dict[str, Any], tree: int, held: dict[str, list[Any]], ids: list[int]) -> int:
    """Add a node and all below it; its number within the tree. `ids` holds the next free number."""
    own = ids[0]
    ids[0] += 1
    leaf = "leaf_value" in part
    place = len(held["nodes_modes"])
    values = ["LEAF" if leaf else "BRANCH_LEQ", tree, own, part.get("split_feature", 0)]
    for name, value in zip(NODES, [*values, float(part.get("threshold", 0.0)), 0, 0], strict=True):
        held[name].append(value)
    if leaf:
        for name, value in zip(TARGETS, (tree, own, 0, float(part["leaf_value"])), strict=True):
            held[name].append(value)
        return own
    held["nodes_truenodeids"][place] = walk(part["left_child"], tree, held, ids)
    held["nodes_falsenodeids"][place] = walk(part["right_child"], tree, held, ids)
    return own


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        found = ways(Path(folder))
        for way in found:  # warm up
            for index in range(50):
                way.one(index)
            way.batch()
        for _ in range(ROUNDS):
            for way in found:
                way.round()
    print("| way | median µs | p95 | p99 | p99.9 | rows/s in batches | J for 1,000 (estimated) |")
    print("|---|---|---|---|---|---|---|")
    for way in found:
        print(way.line())


if __name__ == "__main__":
    main()
