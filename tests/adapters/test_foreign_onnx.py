"""ONNX models: scored where onnxruntime is there; what reaches outside the file is refused without it."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from airworthy.adapters.foreign import load_foreign
from airworthy.adapters.foreign_onnx_guard import refuse_references
from airworthy.kernel.errors import InputError

PATH = Path("model.onnx")
NAMES = ["a", "b", "c"]


def field(number: int, value: bytes | int) -> bytes:
    """One protocol buffer field."""
    if isinstance(value, int):
        return bytes([number << 3]) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


EXTERNAL = field(8, b"weights") + field(13, field(1, b"location") + field(2, b"../../etc/passwd"))
MOVED = field(8, b"weights") + bytes([14 << 3]) + varint(1)
PLAIN = field(8, b"weights") + field(9, b"\x00\x00\x80\x3f")


def model(graph: bytes) -> bytes:
    return field(1, 10) + field(2, b"test") + field(7, graph)


def node(operator: bytes, domain: bytes = b"", attribute: bytes = b"") -> bytes:
    inner = field(4, operator) + (field(7, domain) if domain else b"")
    return field(1, inner + (field(5, attribute) if attribute else b""))


PLACES = {
    "initializer": lambda tensor: model(field(5, tensor)),
    "sparse initializer": lambda tensor: model(field(15, field(1, tensor))),
    "attribute": lambda tensor: model(node(b"Constant", attribute=field(5, tensor))),
    "list attribute": lambda tensor: model(node(b"Constant", attribute=field(10, tensor))),
    "sparse attribute": lambda tensor: model(node(b"Constant", attribute=field(22, field(2, tensor)))),
    "subgraph": lambda tensor: model(node(b"If", attribute=field(6, field(5, tensor)))),
    "function": lambda tensor: (
        field(1, 10) + field(25, field(7, field(4, b"Constant") + field(5, field(5, tensor))))
    ),
    "training": lambda tensor: field(1, 10) + field(20, field(1, field(5, tensor))),
}


@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize("tensor", [EXTERNAL, MOVED])
def test_weights_in_other_files_are_refused_wherever_they_hide(place: str, tensor: bytes) -> None:
    with pytest.raises(InputError, match="weights in other files"):
        refuse_references(PLACES[place](tensor), PATH)
    refuse_references(PLACES[place](PLAIN), PATH)


@pytest.mark.parametrize(
    ("operator", "domain"),
    [(b"EPContext", b"com.microsoft"), (b"PyOp", b"ai.onnx.contrib"), (b"X", b"my.lib")],
)
def test_operators_that_need_a_library_of_their_own_are_refused(operator: bytes, domain: bytes) -> None:
    with pytest.raises(InputError, match=operator.decode()):
        refuse_references(model(node(operator, domain)), PATH)
    refuse_references(model(node(b"Scaler", b"ai.onnx.ml")), PATH)


def test_a_function_defined_in_the_file_is_its_own_library() -> None:
    defined = field(25, field(1, b"Twice") + field(10, b"mine") + field(7, field(4, b"Add")))
    refuse_references(model(node(b"Twice", b"mine")) + defined, PATH)


@pytest.mark.parametrize(
    "data", [b"\x08", b"\x08\x0a\x3a\xff\xff\xff\x7f", b"\x08\x0a\x3b", b"\x08" + b"\xff" * 20]
)
def test_a_garbled_file_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(InputError, match="no readable ONNX"):
        refuse_references(data, PATH)


def test_graphs_nested_without_end_are_refused() -> None:
    graph = b""
    for _ in range(200):
        graph = node(b"If", attribute=field(6, graph))
    with pytest.raises(InputError, match="nested"):
        refuse_references(model(graph), PATH)


def exported(estimator: object, rows: np.ndarray, path: Path, **options: object) -> Path:
    pytest.importorskip("onnxruntime", reason="onnxruntime is an extra and not installed")
    skl2onnx = pytest.importorskip("skl2onnx", reason="skl2onnx, which writes the model, is absent")
    path.write_bytes(skl2onnx.to_onnx(estimator, rows[:1], **options).SerializeToString())
    return path


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(2).normal(size=(200, 3)).astype(np.float32)


@pytest.mark.parametrize("zipmap", [False, True])
def test_a_classifier_gives_the_probability_of_its_second_class(
    rows: np.ndarray, tmp_path: Path, zipmap: bool
) -> None:
    estimator = LogisticRegression().fit(rows, rows[:, 0] > 0)
    path = exported(estimator, rows, tmp_path / "m.onnx", options={id(estimator): {"zipmap": zipmap}})
    scored = load_foreign(path)
    assert scored.kind == "onnx"
    expected = estimator.predict_proba(rows)[:, 1]
    assert np.allclose(scored.predict_frame(pl.DataFrame(rows, schema=NAMES)), expected, atol=1e-6)


def test_three_classes_give_three_columns(rows: np.ndarray, tmp_path: Path) -> None:
    estimator = LogisticRegression().fit(rows, np.digitize(rows[:, 0], [-0.5, 0.5]))
    path = exported(estimator, rows, tmp_path / "m.onnx")
    scores = load_foreign(path).predict_frame(pl.DataFrame(rows, schema=NAMES))
    assert np.allclose(scores, estimator.predict_proba(rows), atol=1e-6)


def test_a_regression_gives_its_value(rows: np.ndarray, tmp_path: Path) -> None:
    estimator = RandomForestRegressor(5, random_state=0).fit(rows, rows[:, 1])
    path = exported(estimator, rows, tmp_path / "m.onnx")
    scores = load_foreign(path).predict_frame(pl.DataFrame(rows, schema=NAMES))
    assert np.allclose(scores, estimator.predict(rows), atol=1e-6)


def test_a_table_of_another_width_is_a_clear_error(rows: np.ndarray, tmp_path: Path) -> None:
    estimator = LogisticRegression().fit(rows, rows[:, 0] > 0)
    path = exported(estimator, rows, tmp_path / "m.onnx")
    with pytest.raises(InputError, match="3 columns without names"):
        load_foreign(path).predict_frame(pl.DataFrame(rows[:, :2], schema=NAMES[:2]))


def test_real_external_weights_are_refused_before_onnxruntime_sees_them(
    rows: np.ndarray, tmp_path: Path
) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx, which writes the hostile file, is not installed")
    weights = onnx.numpy_helper.from_array(np.ones((3, 1), np.float32), "w")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 3])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 1])],
        [weights],
    )
    path = tmp_path / "m.onnx"
    saved = onnx.helper.make_model(graph)
    onnx.save(saved, str(path), save_as_external_data=True, size_threshold=0, location="weights.bin")
    with pytest.raises(InputError, match="weights in other files"):
        load_foreign(path)


def test_a_readable_file_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="onnxruntime is an extra and not installed")
    path = tmp_path / "m.onnx"
    path.write_bytes(model(field(2, b"empty graph")))
    with pytest.raises(InputError, match="onnxruntime cannot read"):
        load_foreign(path)


def test_a_small_file_that_asks_for_24_gigabytes_is_stopped(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="onnxruntime is an extra and not installed")
    onnx = pytest.importorskip("onnx", reason="onnx, which writes the hostile file, is not installed")
    make, numbers = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [
        make.make_node("ConstantOfShape", ["size"], ["much"]),
        make.make_node("ReduceSum", ["much"], ["sum"]),
        make.make_node("Add", ["x", "sum"], ["y"]),
    ]
    given, answer = (
        make.make_tensor_value_info("x", numbers, [None, 2]),
        make.make_tensor_value_info("y", numbers, None),
    )
    size = onnx.numpy_helper.from_array(np.array([6 * 10**9]), "size")
    graph = make.make_graph(nodes, "g", [given], [answer], [size])
    path = tmp_path / "m.onnx"
    path.write_bytes(
        make.make_model(graph, opset_imports=[make.make_opsetid("", 17)], ir_version=8).SerializeToString()
    )
    with pytest.raises(InputError, match="onnxruntime cannot"):
        load_foreign(path).predict_frame(pl.DataFrame({"a": [1.0], "b": [2.0]}))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4_000_000, "kilobytes at the peak"
