"""A small world with every column type, feature, learner, calibration and decision, for the scoring tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import lightgbm
import numpy as np
from hypothesis import strategies as st

from airworthy.scoring import apply_steps, feature_matrix, save_spec, write_manifest
from airworthy.scoring.columns import Columns, canonical_reader
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import (
    Additive,
    Averaged,
    Blend,
    Boosted,
    Calibration,
    Clip,
    Code,
    CostMatrix,
    DatePart,
    Decision,
    Feature,
    Fill,
    FlagMissing,
    Identity,
    IsNull,
    Isotonic,
    Learner,
    Linear,
    MapText,
    Member,
    Network,
    Number,
    OneHot,
    ParseDay,
    ParseNumber,
    Platt,
    Rekey,
    Scale,
    Scaled,
    ScorerSpec,
    SentinelToNull,
    Shift,
    TargetMean,
    Term,
    TextLength,
    TextScore,
    Threshold,
)

CITIES = ("Rome", "Zürich", "東京")
CLASSES = {"binary": ("No", "Yes"), "multiclass": ("low", "mid", "high"), "regression": ()}
COLUMNS = (
    Column(name="amount", type=LogicalType.MONEY),
    Column(name="temp °C", type=LogicalType.REAL),
    Column(name="count", type=LogicalType.INTEGER),
    Column(name="partner", type=LogicalType.FLAG, vocabulary=("No", "Yes")),
    Column(name="city", type=LogicalType.CATEGORY, vocabulary=CITIES),
    Column(name="class", type=LogicalType.CATEGORY, vocabulary=("3", "1", "2")),
    Column(name="customer", type=LogicalType.IDENTIFIER),
    Column(name="note", type=LogicalType.TEXT),
    Column(name="when", type=LogicalType.INSTANT),
    Column(name="day", type=LogicalType.DAY),
    Column(name="price", type=LogicalType.CATEGORY),
    Column(name="paid", type=LogicalType.TEXT),
    Column(name="level", type=LogicalType.REAL),
    Column(name="width", type=LogicalType.REAL),
)
CHANGE = datetime(2013, 6, 14, tzinfo=UTC)
STEPS = (
    SentinelToNull(column="amount", values=(-1.0, 999.0)),
    Clip(column="temp °C", low=-50.0, high=60.0),
    Clip(column="count", high=1e6),
    MapText(column="city", values={"rome": "Rome", "zürich": "Zürich", "none": None}, folded=True),
    MapText(column="class", values={"4": "3", "": None}),
    Rekey(column="customer", drop="- ", upper=True, zeros=True),
    ParseNumber(column="price", thousands=",", units={"": 1.0, "kg": 1000.0, "€": 1.0}),
    Clip(column="price", low=0.0, high=1e9),
    ParseDay(column="paid", day_first=False),
    Scale(column="level", factor=5 / 9, offset=-160 / 9, clock="when", before=CHANGE.timestamp()),
    Scale(column="width", factor=2.54),
    FlagMissing(column="level", into="level is missing"),
    Fill(column="level", value=11.5),
    FlagMissing(column="class", into="class is missing"),
    Fill(column="class", value="2"),
    Fill(column="price", value=0.1),
)
WORDS = {"good": (1.5, 0.7), "bad": (2.0, -1.1), "very good": (3.0, 0.4), "été": (1.0, 0.1)}
COMPLETE: tuple[Feature, ...] = (
    Scaled(column="amount", fill=3.0, center=1.0, scale=7.0),
    Scaled(column="amount", fill=9e9, center=1.0, scale=7.0, low=-0.0, high=30.0),
    Scaled(column="temp °C", fill=0.0, center=-0.1, scale=0.3),
    Scaled(column="count", fill=2.0, center=0.0, scale=3.0),
    Scaled(column="partner", fill=0.5, center=0.5, scale=0.5),
    Scaled(column="price", fill=1.0, center=0.0, scale=9.0),
    Scaled(column="level", fill=0.0, center=3.0, scale=11.0),
    Scaled(column="width", fill=0.3, center=3.0, scale=1.1),
    Scaled(column="level is missing", fill=0.0, center=0.0, scale=1.0),
    DatePart(column="paid", part="weekday", fill=3.0),
    IsNull(column="paid"),
    OneHot(column="customer", value="7A"),
    Scaled(column="when", fill=1.4e9, center=1.4e9, scale=1e7),
    IsNull(column="temp °C"),
    IsNull(column="city"),
    *(OneHot(column="city", value=city) for city in CITIES),
    OneHot(column="customer", value="007"),
    TargetMean(column="city", values={"Rome": 0.3, "東京": 0.9}, default=0.4),
    DatePart(column="when", part="hour", zone="America/New_York", center=12.0, scale=6.0, fill=12.0),
    DatePart(column="day", part="yearday", fill=180.0),
    TextLength(column="note", scale=7.0),
    TextScore(column="note", intercept=-0.2, tokens=WORDS),
)
WITH_NULLS: tuple[Feature, ...] = (
    *COMPLETE,
    *(Number(column=name) for name in ("amount", "temp °C", "count", "partner", "when", "day", "price")),
    *(Number(column=name) for name in ("level", "width", "paid", "class is missing")),
    Code(column="city", vocabulary=CITIES),
    Code(column="class", vocabulary=("1", "2", "3")),
    *(DatePart(column="when", part=part, zone="Europe/Berlin") for part in ("weekday", "month", "days")),
    *(DatePart(column="day", part=part) for part in ("day", "weekday", "hour")),
)

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 1e-310, 1e308, -1e308, 1e-35, -1.0, 999.0, 60.0, 0.1 + 0.2]),
    st.floats(-100, 100),
)
TEXTS = st.one_of(
    st.text(max_size=20), st.lists(st.sampled_from(["good", "BAD", "very", "été", "x", "i"])).map(" ".join)
)
PRICES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["12.0 kg", "1,234.5", "-3 KG.", "€ 7", "1e400", "9" * 400, "1_0", "٣", " 5 ", "1,23"]),
    st.floats(allow_nan=False).map(str),
)
PAID = st.one_of(
    st.dates().map(str),
    st.sampled_from(["12/31/2012", "31/12/2012", "1.2.99", "3 Feb 2013", "May 5, 2014", "Foo 5, 2014", ""]),
)
ROW = st.fixed_dictionaries(
    {
        "amount": st.none() | NUMBERS,
        "temp °C": st.none() | NUMBERS,
        "count": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5),
        "partner": st.none() | st.booleans(),
        "city": st.none() | st.sampled_from([*CITIES, " ROME", "None"]) | st.text(max_size=5),
        "class": st.none() | st.sampled_from(["1", "2", "3", "4", ""]),
        "customer": st.none() | st.sampled_from(["7", "007", "0-7a"]) | st.text(max_size=3),
        "note": st.none() | TEXTS,
        "when": st.none()
        | st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))
        | st.datetimes(datetime(2012, 1, 1), datetime(2027, 1, 1), timezones=st.timezones()),
        "day": st.none() | st.dates() | st.dates(date(2012, 1, 1), date(2027, 1, 1)),
        "price": st.none() | PRICES,
        "paid": st.none() | PAID,
        "level": st.none() | NUMBERS,
        "width": st.none() | NUMBERS,
    }
)


def contract_of(task: str) -> Contract:
    return Contract(columns=COLUMNS, classes=CLASSES[task], rows=400)


def columns_of(rows: Sequence[dict[str, object]]) -> Columns:
    """Canonical columns of typed rows: what `data` hands over for the same rows."""
    columns: dict[str, object] = {}
    for column in COLUMNS:
        values = [canonical_reader(column)(row.get(column.name)) for row in rows]
        is_text = column.type in (LogicalType.CATEGORY, LogicalType.TEXT, LogicalType.IDENTIFIER)
        columns[column.name] = values if is_text else np.array(values, dtype=np.float64)
    return columns  # type: ignore[return-value]


def random_rows(count: int, seed: int = 0) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        row: dict[str, object] = {
            "amount": float(rng.choice([rng.normal(5, 20), -1.0, 999.0])),
            "temp °C": float(rng.normal(10, 30)),
            "count": int(rng.integers(0, 9)),
            "partner": bool(rng.random() < 0.5),
            "city": str(rng.choice([*CITIES, "Oslo"])),
            "class": str(rng.integers(1, 5)),
            "customer": str(rng.choice(["7", "007"])),
            "note": " ".join(rng.choice(["good", "bad", "very", "flight"], 4)),
            "when": datetime.fromtimestamp(float(rng.uniform(1.3e9, 1.5e9)), UTC),
            "day": date.fromordinal(int(rng.integers(734_000, 736_000))),
            "price": str(rng.choice(["1,200", "3.5 kg", "€ 12", "n/a"])),
            "paid": str(rng.choice(["2013-05-06", "06/07/2013", "soon"])),
            "level": float(rng.normal(50, 9)),
            "width": float(rng.normal(3, 2)),
        }
        rows.append({name: None if rng.random() < 0.1 else value for name, value in row.items()})
    return rows


def make_learner(kind: str, task: str, folder: Path) -> tuple[Learner, tuple[Feature, ...]]:
    rng = np.random.default_rng(7)
    outputs = 3 if task == "multiclass" else 1
    if kind == "linear":
        weights = tuple(tuple(rng.normal(size=len(COMPLETE)).tolist()) for _ in range(outputs))
        return Linear(coefficients=weights, intercepts=tuple(rng.normal(size=outputs).tolist())), COMPLETE
    if kind == "additive":
        return make_additive(outputs, rng), WITH_NULLS
    if kind == "network":
        return make_network(outputs, folder, rng), COMPLETE
    if kind == "blend":
        return make_blend(task, folder, outputs)
    matrix = feature_matrix(WITH_NULLS, apply_steps(STEPS, columns_of(random_rows(400))))
    target = rng.normal(size=400) if task == "regression" else rng.integers(0, max(2, outputs), 400)
    objective = {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}[task]
    settings = {"objective": objective, "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5, "seed": 1}
    if task == "multiclass":
        settings["num_class"] = 3
    city = WITH_NULLS.index(Code(column="city", vocabulary=CITIES))
    data = lightgbm.Dataset(matrix, target, categorical_feature=[city])
    lightgbm.train(settings, data, 30).save_model(str(folder / "model.txt"))
    if kind == "averaged":
        return Averaged(weights="model.txt", outputs=outputs), WITH_NULLS
    return Boosted(weights="model.txt", outputs=outputs), WITH_NULLS


def make_blend(task: str, folder: Path, outputs: int) -> tuple[Blend, tuple[Feature, ...]]:
    """All kinds of learners, each with features of its own."""
    kinds = ["boosted", "linear", "additive", "network", *([] if task == "regression" else ["averaged"])]
    members: list[Member] = []
    features: list[Feature] = []
    for place, kind in enumerate(kinds):
        single, own = make_learner(kind, task, folder)
        assert not isinstance(single, Blend)
        members.append(Member(weight=0.1 + 0.3 * place, first=len(features), count=len(own), learner=single))
        features += own
    return Blend(members=tuple(members), intercepts=(0.1,) * outputs), tuple(features)


def make_network(outputs: int, folder: Path, rng: np.random.Generator) -> Network:
    """Two nets; the second reads other features, one of them twice."""
    width, hidden = len(COMPLETE) - 1, (7, 3)
    sizes = list(zip((width, *hidden), (*hidden, outputs), strict=True))
    numbers = rng.normal(size=2 * sum((size + 1) * own for size, own in sizes))
    np.save(folder / "network.npy", numbers)
    reads = (tuple(range(width)), (3, *range(2, width + 1)))
    return Network(weights="network.npy", reads=reads, hidden=hidden, outputs=outputs)


def make_additive(outputs: int, rng: np.random.Generator) -> Additive:
    terms = []
    for feature in range(len(WITH_NULLS)):
        cuts = tuple(sorted({0.0, *rng.normal(0, 3, 5).tolist()}))
        scores = tuple(tuple(rng.normal(size=len(cuts) + 2).tolist()) for _ in range(outputs))
        terms.append(Term(features=(feature,), cuts=(cuts,), scores=scores))
    first, second = (-1.0, 1.0), (0.5,)
    scores = tuple(tuple(rng.normal(size=4 * 3).tolist()) for _ in range(outputs))
    terms.append(Term(features=(1, 2), cuts=(first, second), scores=scores))
    return Additive(intercepts=tuple(rng.normal(size=outputs).tolist()), terms=tuple(terms))


def endings(task: str) -> list[tuple[Calibration, Decision]]:
    """Calibrations and decisions that suit a task."""
    if task == "regression":
        return [(Identity(), Shift(offset=0.3))]
    if task == "multiclass":
        costs = ((0.0, 1.0, 5.0), (2.0, 0.0, 1.0), (9.0, 3.0, 0.0))
        return [(Identity(), CostMatrix(costs=costs)), (Platt(slope=1.7), CostMatrix(costs=costs))]
    isotonic = Isotonic(margins=(-3.0, -0.5, 0.1, 2.0), probabilities=(0.01, 0.2, 0.2, 0.97))
    costs = ((0.0, 1.0), (4.0, 0.0))
    return [
        (Identity(), Threshold(threshold=0.5)),
        (Platt(slope=1.3, offset=-0.2), CostMatrix(costs=costs)),
        (isotonic, Threshold(threshold=0.2)),
    ]


def save_world(
    folder: Path,
    kind: str,
    task: str,
    calibration: Calibration | None = None,
    decision: Decision | None = None,
) -> ScorerSpec:
    """Save a complete artefact into `folder` and return its specification."""
    folder.mkdir(parents=True, exist_ok=True)
    learner, features = make_learner(kind, task, folder)
    default_calibration, default_decision = endings(task)[0]
    spec = ScorerSpec(
        task=task,
        contract=contract_of(task),
        steps=STEPS,
        features=features,
        learner=learner,
        calibration=calibration or default_calibration,
        decision=decision or default_decision,
        baseline=tuple(0.25 for _ in features),
        glossary={"amount": "Amount paid", "city": "City"},
    )
    save_spec(spec, folder)
    write_manifest(folder)
    return spec
