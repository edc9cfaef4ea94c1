"""The table of refusals in the how-to is what happens: each hostile file, row by row, opened by nobody."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest

from airworthy.adapters.foreign import load_foreign
from airworthy.kernel.errors import AirworthyError
from airworthy.scoring.artefact import write_manifest

PAGE = Path(__file__).parents[2] / "docs/how-to/open-a-foreign-model.md"
MLMODEL = "flavors:\n  {flavor}:\n{keys}"


class Bomb:
    """Unpickled, it makes a folder named `witness` where the test runs."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, ("witness",)


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def joblib_file(folder: Path, packed: str | int) -> Path:
    joblib = pytest.importorskip("joblib")
    path = folder / "model.joblib"
    joblib.dump(Bomb(), path, compress=packed)
    return path


def array(objects: bool) -> bytes:
    held = io.BytesIO()
    np.save(
        held, np.array([Bomb()] if objects else [1.0], object if objects else float), allow_pickle=objects
    )
    return held.getvalue()


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return held.getvalue()


def tarred(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        archive.addfile(member)
    return held.getvalue()


def booster_text() -> str:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 3))
    settings = {"objective": "binary", "verbosity": -1, "num_leaves": 7, "num_threads": 1}
    return lightgbm.train(settings, lightgbm.Dataset(rows, (rows[:, 0] > 0).astype(int)), 2).model_to_string()


def absurd_lightgbm(folder: Path) -> Path:
    text = re.sub(r"num_class=1\b", "num_class=2000000000", booster_text())
    return written(folder, "model.txt", text.encode())


def circle_of_lightgbm(folder: Path) -> Path:
    return written(folder, "model.txt", re.sub(r"left_child=\S+", "left_child=0", booster_text()).encode())


def nested_xgboost(folder: Path) -> Path:
    pytest.importorskip("xgboost")
    return written(folder, "model.json", b'{"learner":' + b"[" * 3_000_000)


def circle_of_xgboost(folder: Path) -> Path:
    xgboost = pytest.importorskip("xgboost")
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 3))
    booster = xgboost.train(
        {"objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(rows, (rows[:, 0] > 0)), 2
    )
    booster.save_model(folder / "model.json")
    document = json.loads((folder / "model.json").read_text())
    for tree in document["learner"]["gradient_booster"]["model"]["trees"]:
        tree["left_children"] = [0 if child > 0 else child for child in tree["left_children"]]
    return written(folder, "model.json", json.dumps(document).encode())


def cut_catboost(folder: Path) -> Path:
    pytest.importorskip("catboost")
    return written(folder, "model.cbm", b"CBM1\xff\xff\xff\x7f" + bytes(100))


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def onnx(location: str) -> bytes:
    """A model whose one tensor keeps its weights at `location`; field numbers of onnx.proto3."""
    entry = field(1, b"location") + field(2, location.encode())
    return b"\x08\x0a" + field(2, b"test") + field(7, field(5, field(13, entry)))


def nested_onnx() -> bytes:
    graph = b""
    for _ in range(100):
        graph = field(1, field(5, field(6, graph)))
    return b"\x08\x0a" + field(2, b"test") + field(7, graph)


def mlflow(folder: Path, flavor: str, *keys: str) -> Path:
    lines = "".join(f"    {key}\n" for key in keys)
    (folder / "MLmodel").write_text(MLMODEL.format(flavor=flavor, keys=lines))
    (folder / "model.txt").write_text("tree\nversion=v4\n")
    return folder


def changed_artefact(folder: Path) -> Path:
    (folder / "scorer.json").write_text("{}")
    write_manifest(folder)
    (folder / "scorer.json").write_text('{"other": 1}')
    return folder


# What comes in (as the page says it) -> the file; what the refusal says.
HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a pickle that runs a command": (
        lambda f: written(f, "model.pkl", pickle.dumps(Bomb())),
        "would run the code inside it",
    ),
    "the same, uncompressed joblib": (lambda f: joblib_file(f, 0), "would run the code inside it"),
    "the same, joblib packed with zlib": (lambda f: joblib_file(f, "zlib"), "would run the code inside it"),
    "the same, joblib packed with bz2": (lambda f: joblib_file(f, "bz2"), "would run the code inside it"),
    "the same, joblib packed with LZMA": (lambda f: joblib_file(f, "lzma"), "would run the code inside it"),
    "a NumPy file of objects": (
        lambda f: written(f, "model.npy", array(True)),
        "would run the code inside it",
    ),
    "a NumPy file of numbers": (lambda f: written(f, "model.npy", array(False)), "it cannot be scored"),
    "npz": (
        lambda f: written(f, "model.npz", zipped(**{"a.npy": array(True)})),
        "would run the code inside it",
    ),
    "a PyTorch file": (
        lambda f: written(f, "model.pt", zipped(**{"archive/data.pkl": pickle.dumps(Bomb())})),
        "would run the code inside it",
    ),
    "a Keras file with a Lambda layer": (
        lambda f: written(
            f,
            "model.keras",
            zipped(**{"metadata.json": b"{}", "config.json": b'{"class_name": "Lambda"}'}),
        ),
        "would run the code inside it",
    ),
    "a Keras file (HDF5)": (
        lambda f: written(f, "model.h5", b"\x89HDF\r\n\x1a\n" + bytes(64)),
        "would run the code inside it",
    ),
    "a zip bomb: 100 MB of zeros in 100 KB": (
        lambda f: written(f, "model.zip", zipped(zeros=bytes(100_000_000))),
        "would run the code inside it",
    ),
    "a zip of zips": (
        lambda f: written(f, "model.zip", zipped(**{"a.zip": zipped(**{"b.zip": zipped(c=b"")})})),
        "would run the code inside it",
    ),
    "a zip of 5,000 files": (
        lambda f: written(f, "model.zip", zipped(**{f"{i}": b"" for i in range(5_000)})),
        "would run the code inside it",
    ),
    "a zip with `../` in a name": (
        lambda f: written(f, "model.zip", zipped(**{"../../escaped": b"x"})),
        "would run the code inside it",
    ),
    "a zip with `..\\` in a name": (
        lambda f: written(f, "model.zip", zipped(**{"..\\..\\escaped": b"x"})),
        "would run the code inside it",
    ),
    "a tar with `../` in a name": (lambda f: written(f, "m.tar", tarred("../escaped")), "an archive"),
    "a tar with an absolute name": (lambda f: written(f, "m.tar", tarred("/tmp/escaped")), "an archive"),
    "a tar with a symbolic link": (
        lambda f: written(f, "m.tar", tarred("a", tarfile.SYMTYPE, "/etc/passwd")),
        "an archive",
    ),
    "a tar with a hard link": (
        lambda f: written(f, "m.tar", tarred("a", tarfile.LNKTYPE, "/etc/passwd")),
        "an archive",
    ),
    "a tar with a device": (lambda f: written(f, "m.tar", tarred("a", tarfile.CHRTYPE)), "an archive"),
    "ONNX with weights at `../`": (
        lambda f: written(f, "model.onnx", onnx("../../etc/passwd")),
        "keeps weights in other files",
    ),
    "ONNX with weights at an absolute path": (
        lambda f: written(f, "model.onnx", onnx("/etc/passwd")),
        "keeps weights in other files",
    ),
    "ONNX with weights beside it (a link)": (
        lambda f: written(f, "model.onnx", onnx("weights.bin")),
        "keeps weights in other files",
    ),
    "ONNX nested 100 deep": (lambda f: written(f, "model.onnx", nested_onnx()), "nested more than 64 deep"),
    "LightGBM text with 2,000,000,000 classes": (absurd_lightgbm, "breaks the library|ended by"),
    "LightGBM trees that lead in a circle": (circle_of_lightgbm, "ended by"),
    "XGBoost JSON nested 3,000,000 deep": (nested_xgboost, "ended by|cannot read"),
    "XGBoost trees that lead in a circle": (circle_of_xgboost, "ended by|gave no answer"),
    "CatBoost with an absurd length": (cut_catboost, "cannot read"),
    "safetensors with a header of 2^62 bytes": (
        lambda f: written(f, "model.safetensors", struct.pack("<Q", 1 << 62) + b'{"a":{}}'),
        "bare weights",
    ),
    "JSON nested 1,000,000 deep": (
        lambda f: written(f, "model.json", b"[" * 1_000_000),
        "no known model format",
    ),
    "an MLmodel with a loader of its own": (
        lambda f: mlflow(f, "python_function", "loader_module: mine", "data: model.txt"),
        "not one kind of native weights",
    ),
    "an MLmodel that brings code": (
        lambda f: mlflow(f, "lightgbm", "data: model.txt", "code: code"),
        "brings code of its own",
    ),
    "an MLmodel with weights at `../`": (
        lambda f: mlflow(f, "lightgbm", "data: ../model.txt"),
        "outside of it",
    ),
    "an MLmodel with a YAML tag": (
        lambda f: mlflow(f, "lightgbm: !!python/object/apply:os.mkdir [witness]", "data: model.txt"),
        "unusual way|not one kind of native weights",
    ),
    "an artefact of Airworthy that was changed": (changed_artefact, "scorer.json"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place = tmp_path / "given"
    place.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    make, said = HOSTILE[name]
    path = make(place)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(AirworthyError, match=said) as caught:
        load_foreign(path).predict_frame(pl.DataFrame(np.zeros((4, 3))))
    assert caught.value.remedy
    assert caught.value.value is not None
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path / "escaped").exists()


def test_the_page_lists_each_of_them() -> None:
    listed = re.findall(r"^\| (.+?) \| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in HOSTILE if name not in listed] == []
