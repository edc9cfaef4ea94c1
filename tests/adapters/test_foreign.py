"""Models from elsewhere: native ones score as their own library does, and nothing hostile is ever run."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest

from airworthy.adapters.foreign import load_foreign
from airworthy.adapters.foreign_detect import Kind, detect, detect_bytes
from airworthy.adapters.foreign_mlmodel import read_flavors
from airworthy.kernel.errors import InputError, IntegrityError, MissingExtra
from airworthy.scoring.artefact import save_spec, write_manifest
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Linear, OneHot, Platt, Scaled, ScorerSpec, Threshold

ROWS = 300


class Bomb:
    """What a hostile file holds: unpickled, it writes a file."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.system, (f"touch {self.witness}",)


@pytest.fixture
def frame() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    return pl.DataFrame(
        {
            "plan": rng.choice(["basic", "plus", "pro"], ROWS),
            "amount": rng.normal(size=ROWS),
            "age years": rng.integers(18, 90, ROWS),
            "member": rng.random(ROWS) < 0.5,
        }
    )


@pytest.fixture
def outcome(frame: pl.DataFrame) -> np.ndarray:
    return (frame["amount"].to_numpy() + (frame["plan"] == "pro").to_numpy() > 0.3).astype(int)


def train(
    matrix: np.ndarray, outcome: np.ndarray, objective: str = "binary", **data: object
) -> lightgbm.Booster:
    settings = {"objective": objective, "verbosity": -1, "num_leaves": 7, "num_threads": 1}
    if objective == "multiclass":
        settings["num_class"] = 3
    return lightgbm.train(settings, lightgbm.Dataset(matrix, outcome, **data), 8)


def numbers(frame: pl.DataFrame) -> np.ndarray:
    return frame.select("amount", "age years", pl.col("member").cast(pl.Int64)).to_numpy().astype(float)


def mlflow_folder(folder: Path, flavors: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "MLmodel").write_text(f"flavors:\n{flavors}mlflow_version: 3.17.2\nmodel_id: null\n")
    return folder


LIGHTGBM = """\
  lightgbm:
    code: null
    data: model.lgb
    lgb_version: 4.7.0
    model_class: lightgbm.basic.Booster
  python_function:
    data: model.lgb
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.lightgbm
    python_version: 3.11.7
"""


def test_a_native_lightgbm_model_scores_as_lightgbm_does(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    booster = train(numbers(frame), outcome, feature_name=["amount", "age years", "member"])
    path = tmp_path / "model.any"
    booster.save_model(str(path))
    model = load_foreign(path)
    assert model.kind == "lightgbm"
    assert model.inputs == ("amount", "age_years", "member")
    shuffled = frame.select("member", "plan", "age years", "amount")
    assert np.array_equal(model.predict_frame(shuffled), booster.predict(numbers(frame)))


def test_missing_values_are_missing_for_the_model_too(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    booster = train(numbers(frame), outcome, feature_name=["amount", "age years", "member"])
    booster.save_model(str(tmp_path / "m.txt"))
    gaps = frame.with_columns(pl.lit(None, pl.Float64).alias("amount"))
    matrix = numbers(frame)
    matrix[:, 0] = np.nan
    assert np.array_equal(load_foreign(tmp_path / "m.txt").predict_frame(gaps), booster.predict(matrix))


def test_several_classes_give_one_column_each(frame: pl.DataFrame, tmp_path: Path) -> None:
    classes = np.arange(ROWS) % 3
    booster = train(numbers(frame), classes, "multiclass", feature_name=["amount", "age years", "member"])
    booster.save_model(str(tmp_path / "m.txt"))
    scores = load_foreign(tmp_path / "m.txt").predict_frame(frame)
    assert scores.shape == (ROWS, 3)
    assert np.allclose(scores.sum(axis=1), 1)


def test_pandas_categories_keep_their_codes(frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas categories need pandas")
    table = pandas.DataFrame(
        {
            "plan": pandas.Categorical(frame["plan"].to_list(), categories=["pro", "plus", "basic"]),
            "amount": frame["amount"].to_numpy(),
        }
    )
    booster = train(table, outcome)
    booster.save_model(str(tmp_path / "m.txt"))
    model = load_foreign(tmp_path / "m.txt")
    assert np.array_equal(model.predict_frame(frame), booster.predict(table))


def test_a_model_without_names_takes_exactly_its_columns_by_position(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    booster = train(numbers(frame), outcome)
    booster.save_model(str(tmp_path / "m.txt"))
    model = load_foreign(tmp_path / "m.txt")
    assert model.inputs == ()
    assert np.array_equal(model.predict_frame(frame.drop("plan")), booster.predict(numbers(frame)))
    with pytest.raises(InputError, match="3 columns without names, and the table has 4"):
        model.predict_frame(frame)


def test_a_table_that_does_not_fit_is_a_clear_error(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    train(numbers(frame), outcome, feature_name=["amount", "plan", "member"]).save_model(
        str(tmp_path / "m.txt")
    )
    model = load_foreign(tmp_path / "m.txt")
    with pytest.raises(InputError, match='reads numbers, and the column "plan"'):
        model.predict_frame(frame)
    with pytest.raises(InputError) as caught:
        model.predict_frame(frame.rename({"amount": "amounts"}))
    assert 'Did you mean "amounts"?' in str(caught.value)


def test_an_mlflow_directory_around_native_weights_is_opened(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    folder = mlflow_folder(tmp_path / "model", LIGHTGBM)
    booster = train(numbers(frame), outcome, feature_name=["amount", "age years", "member"])
    booster.save_model(str(folder / "model.lgb"))
    assert np.array_equal(load_foreign(folder).predict_frame(frame), booster.predict(numbers(frame)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("loader_module: mlflow.lightgbm", "loader_module: evil.loader", "code of its own (evil.loader)"),
        ("loader_module: mlflow.lightgbm", "loader_module: mlflow.pyfunc.model", "code of its own"),
        ("    python_version", "    code: code\n    python_version", "brings code"),
        ("    python_version", "    python_model: python_model.pkl\n    python_version", "brings code"),
        ("    code: null", "    code: src", "brings code"),
        ("data: model.lgb", "data: ../model.lgb", "outside of it"),
        ("data: model.lgb", "data: /etc/passwd", "outside of it"),
        ("data: model.lgb", "data: nothing.lgb", "is not there"),
        ("  lightgbm:", "  sklearn:", "not one kind of native weights"),
        ("  lightgbm:", "  lightgbm: {data: model.lgb}\n  other:", "unusual way"),
        ("  lightgbm:", "  ? lightgbm\n  :", "unusual way"),
        ("  python_function:", "  xgboost:", "not one kind of native weights"),
    ],
)
def test_an_mlflow_directory_with_code_or_tricks_is_refused(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in LIGHTGBM
    folder = mlflow_folder(tmp_path / "model", LIGHTGBM.replace(old, new))
    for place in (folder, tmp_path):
        train(numbers(frame), outcome).save_model(str(place / "model.lgb"))
    with pytest.raises(InputError) as caught:
        load_foreign(folder)
    assert words in str(caught.value)
    assert "predictions.csv" in caught.value.remedy or "again" in caught.value.remedy


def test_a_link_out_of_an_mlflow_directory_is_refused(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    folder = mlflow_folder(tmp_path / "model", LIGHTGBM)
    train(numbers(frame), outcome).save_model(str(tmp_path / "real.lgb"))
    (folder / "model.lgb").symlink_to(tmp_path / "real.lgb")
    with pytest.raises(InputError, match="outside of it"):
        load_foreign(folder)


def test_an_mlmodel_without_flavours_or_too_large_is_refused(tmp_path: Path) -> None:
    folder = mlflow_folder(tmp_path / "model", "")
    assert read_flavors(folder / "MLmodel") == {}
    with pytest.raises(InputError, match="flavours are none"):
        load_foreign(folder)
    (folder / "MLmodel").write_text("flavors:\n" + "# x\n" * 400_000)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        load_foreign(folder)


def packed_zip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", data)
    return buffer.getvalue()


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "zlib, as joblib": zlib.compress,
    "zlib, fast": lambda data: zlib.compress(data, 1),
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zip, as PyTorch": packed_zip,
}
DISGUISES = (
    "model.pkl",
    "model.joblib",
    "model.sav",
    "model.pt",
    "model.onnx",
    "model.txt",
    "model.lgb",
    "model",
)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("packing", sorted(HOSTILE))
def test_a_pickle_is_never_run_whatever_it_is_called_and_packed_in(
    tmp_path: Path, packing: str, protocol: int
) -> None:
    witness = tmp_path / "witness"
    data = HOSTILE[packing](pickle.dumps(Bomb(witness), protocol))
    for name in DISGUISES:
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            load_foreign(path)
        assert name in caught.value.message
        assert "run the code" in caught.value.message
        assert "ONNX" in caught.value.remedy
        assert "predictions.csv" in caught.value.remedy
        assert not witness.exists()


def test_an_artefact_of_our_own_scores_as_its_scorer_does(frame: pl.DataFrame, tmp_path: Path) -> None:
    columns = (
        Column(name="amount", type=LogicalType.REAL),
        Column(name="plan", type=LogicalType.CATEGORY, vocabulary=("basic", "plus", "pro")),
    )
    spec = ScorerSpec(
        task="binary",
        contract=Contract(columns=columns, classes=("No", "Yes")),
        features=(
            Scaled(column="amount", fill=0.0, center=0.0, scale=1.0),
            OneHot(column="plan", value="pro"),
        ),
        learner=Linear(coefficients=((2.0, 1.0),), intercepts=(-0.5,)),
        calibration=Platt(),
        decision=Threshold(threshold=0.5),
    )
    save_spec(spec, tmp_path)
    write_manifest(tmp_path)
    model = load_foreign(tmp_path)
    assert (model.kind, model.inputs, model.classes) == ("airworthy", ("amount", "plan"), ("No", "Yes"))
    margin = 2 * frame["amount"].to_numpy() + (frame["plan"] == "pro").to_numpy() - 0.5
    assert np.allclose(model.predict_frame(frame), 1 / (1 + np.exp(-margin)), atol=1e-12)
    (tmp_path / "scorer.json").write_text((tmp_path / "scorer.json").read_text().replace("2.0", "9.0"))
    with pytest.raises(IntegrityError):
        load_foreign(tmp_path)


def test_a_pickle_behind_native_weights_names_is_refused_in_mlflow(tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    folder = mlflow_folder(tmp_path / "model", LIGHTGBM)
    (folder / "model.lgb").write_bytes(pickle.dumps(Bomb(witness)))
    with pytest.raises(InputError, match="Python pickle"):
        load_foreign(folder)
    assert not witness.exists()


def test_an_old_text_pickle_of_plain_data_is_known_too() -> None:
    assert detect_bytes(pickle.dumps({"coef": [1.0, 2.0]}, 0)) is Kind.PICKLE
    assert detect_bytes(pickle.dumps([1, 2, 3], 0)) is Kind.PICKLE


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"  \n ", Kind.EMPTY),
        (b"binf\x00\x00", Kind.OLD_XGBOOST),
        (b"\x89HDF\r\n\x1a\n", Kind.HDF5),
        (struct.pack("<Q", 20) + b'{"a":{"dtype":"F32"', Kind.WEIGHTS),
        (b"CBM1....", Kind.CATBOOST),
        (b'{\n "learner": {}}', Kind.XGBOOST),
        (b'{"version":[3,3,0],"learner":{}}', Kind.XGBOOST),
        (b"{L\0\0\0\0\0\0\0\x07learner{", Kind.XGBOOST),
        (b"tree\nversion=v4\n", Kind.LIGHTGBM),
        (b"\x08\x0a\x12\x08skl2onnx", Kind.ONNX),
        (gzip.compress(b"tree\nversion=v4\n", mtime=0), Kind.COMPRESSED),
        (b"\x1f\x8b broken", Kind.COMPRESSED),
        (b"Call me Ishmael.\nSome years ago", Kind.UNKNOWN),
        (b"Id,Name\n1,Ann.\n", Kind.UNKNOWN),
        (b"\x00\x01\x02\x03", Kind.UNKNOWN),
    ],
)
def test_files_are_known_by_their_bytes(tmp_path: Path, data: bytes, kind: Kind) -> None:
    assert detect_bytes(data) is kind
    path = tmp_path / "file.any"
    path.write_bytes(data)
    assert detect(path) is kind


@pytest.mark.parametrize(
    "data", [b"", b"binf\x00", b"\x89HDF\r\n\x1a\n", b"a,b\n1,2\n", gzip.compress(b"tree\n", mtime=0)]
)
def test_what_cannot_be_scored_is_refused_with_the_way_out(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.any"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_foreign(path)
    assert "file.any" in caught.value.message
    assert caught.value.remedy


def test_a_small_archive_cannot_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.joblib"
    path.write_bytes(zlib.compress(bytes(200_000_000), 9))
    with pytest.raises(InputError):
        load_foreign(path)


def test_a_cut_or_garbled_lightgbm_file_is_a_clear_error(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    text = train(numbers(frame), outcome).model_to_string()
    path = tmp_path / "m.txt"
    path.write_text(text[: len(text) // 3])
    with pytest.raises(InputError, match="cut short"):
        load_foreign(path)
    path.write_text("tree\nversion=v4\nend of trees\n")
    with pytest.raises(InputError, match="LightGBM cannot read"):
        load_foreign(path)


def test_paths_that_are_no_model_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no model at"):
        load_foreign(tmp_path / "absent.onnx")
    (tmp_path / "notes.md").write_text("hello")
    with pytest.raises(InputError, match=r"no MLmodel and no scorer.json \(it holds notes.md\)"):
        load_foreign(tmp_path)


def test_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "catboost", None)
    monkeypatch.setitem(__import__("sys").modules, "xgboost", None)
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    for name, data, extra in (
        ("m.cbm", b"CBM1....", "boosters"),
        ("m.json", b'{"learner":{}}', "boosters"),
        ("m.onnx", b"\x08\x0a\x12\x08skl2onnx", "onnx"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MissingExtra, match="not installed") as caught:
            load_foreign(tmp_path / name)
        assert f"airworthy[{extra}]" in caught.value.remedy


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_a_native_xgboost_model_scores_as_xgboost_does(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path, suffix: str
) -> None:
    xgboost = pytest.importorskip("xgboost", reason="xgboost is an extra and not installed")
    names = ["amount", "age years", "member"]
    data = xgboost.DMatrix(numbers(frame), outcome, feature_names=names)
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, data, 5)
    path = tmp_path / f"m.{suffix}"
    booster.save_model(path)
    model = load_foreign(path)
    assert model.inputs == tuple(names)
    assert np.array_equal(model.predict_frame(frame), booster.predict(data).astype(float))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="XGBoost cannot read"):
        load_foreign(path)


def test_a_native_catboost_model_scores_as_catboost_does(
    frame: pl.DataFrame, outcome: np.ndarray, tmp_path: Path
) -> None:
    catboost = pytest.importorskip("catboost", reason="catboost is an extra and not installed")
    table = frame.select("plan", "amount").to_pandas()
    trained = catboost.CatBoostClassifier(iterations=5, verbose=0, allow_writing_files=False, thread_count=1)
    trained.fit(table, outcome, cat_features=["plan"])
    path = tmp_path / "m.cbm"
    trained.save_model(str(path))
    model = load_foreign(path)
    assert model.classes == ("0", "1")
    assert np.allclose(model.predict_frame(frame), trained.predict_proba(table)[:, 1], atol=1e-12)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="CatBoost cannot read"):
        load_foreign(path)
