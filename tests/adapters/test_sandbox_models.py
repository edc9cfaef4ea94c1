"""Honest models in the sandbox score as they do outside, and only what a person allowed is opened."""

from __future__ import annotations

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sandboxed import hostile, opened
from sklearn.linear_model import LinearRegression, LogisticRegression

from airworthy.adapters.sandbox.confine import Protection, tried
from airworthy.adapters.sandbox.messages import Ready
from airworthy.adapters.sandbox.model import WeakSandbox, load_untrusted
from airworthy.adapters.sandbox.permission import CodeNotAllowed, sealed_copy
from airworthy.adapters.sandbox.process import Process, SandboxFailed
from airworthy.adapters.sandbox.syscall_table import AUDIT_ARCHITECTURE, numbers
from airworthy.assurance.given import ModelRefused
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's own")

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


def rows(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame({"a": rng.normal(size=n), "b": rng.integers(0, 9, n), "c": rng.normal(size=n)})


def outcome(table: pd.DataFrame) -> np.ndarray:
    return np.where(table["a"] + table["b"] > 4, "late", "on time")


def saved(model: object, path: Path) -> Path:
    path.write_bytes(pickle.dumps(model))
    return path


def test_a_classifier_scores_as_outside_whatever_kind_of_table_it_is_given(tmp_path: Path) -> None:
    table = rows()
    own = LogisticRegression().fit(table, outcome(table))
    model = opened(saved(own, tmp_path / "m.pkl"), allow_weak_sandbox=True)
    shuffled = table.assign(unknown="word")[["unknown", "c", "b", "a"]]
    expected = own.predict_proba(table)
    assert (model.kind, model.inputs, model.classes) == (
        "LogisticRegression",
        ("a", "b", "c"),
        ("late", "on time"),
    )
    for given in (table, shuffled, pl.from_pandas(table)):
        np.testing.assert_array_equal(model.answers(given).values, expected)
    with pytest.raises(ModelRefused, match="'b', which the table does not have"):
        model.answers(table[["a", "c"]])
    model.close()


def test_more_rows_than_one_message_holds_come_back_in_order(tmp_path: Path) -> None:
    rows = np.arange(25_001, dtype=float)[:, None]
    model = opened(hostile(tmp_path, "model = lambda rows: rows[:, 0] + 0.5"), allow_weak_sandbox=True)
    np.testing.assert_array_equal(model.answers(rows).values, rows[:, 0] + 0.5)
    assert model.answers(np.empty((0, 1))).values.shape == (0,)
    model.close()


def test_a_frame_arrives_with_its_types_and_gaps(tmp_path: Path) -> None:
    source = "model = lambda t: [str([list(map(str, t.dtypes)), t.iloc[i].tolist()]) for i in range(len(t))]"
    table = pd.DataFrame(
        {
            "number": [1.5, np.nan],
            "count": [1, 2],
            "flag": [True, False],
            "word": ["x", None],
            "kind": pd.Categorical(["red", None], categories=["red", "blue"]),
            "day": pd.to_datetime(["2026-03-01", None]),
        }
    )
    model = opened(hostile(tmp_path, source), allow_weak_sandbox=True)
    first, second = model.answers(table).values.tolist()
    model.close()
    assert "'float64', 'int64', 'bool'" in first
    assert "'category', 'datetime64" in first
    assert first.endswith("'x', 'red', Timestamp('2026-03-01 00:00:00')]]")
    assert re.search(r"nan\S* \S*2\S* \S*False\S* (nan|None), nan, NaT\]\]$", second)


def test_texts_and_labels_go_through(tmp_path: Path) -> None:
    source = "model = lambda texts: ['long' if len(text) > 3 else 'short' for text in texts]"
    model = opened(hostile(tmp_path, source), allow_weak_sandbox=True)
    assert model.answers(["a", "abcd"]).values.tolist() == ["short", "long"]
    model.close()


def test_a_joblib_file_is_opened_and_a_regressor_says_so(tmp_path: Path) -> None:
    joblib = pytest.importorskip("joblib")
    table = rows()
    own = LinearRegression().fit(table.to_numpy(), table["a"] * 2)
    joblib.dump(own, tmp_path / "m.joblib", compress=("lzma", 3))
    model = opened(tmp_path / "m.joblib", allow_weak_sandbox=True)
    np.testing.assert_array_equal(model.answers(table).values, own.predict(table.to_numpy()))
    assert model._estimator_type == "regressor"
    assert not model.inputs
    model.close()


def test_a_torch_module_is_opened(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the extra deep")
    own = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Sigmoid())
    torch.save(own, tmp_path / "m.pt")
    table = rows(50)
    model = opened(tmp_path / "m.pt", allow_weak_sandbox=True)
    with torch.no_grad():
        expected = own(torch.as_tensor(table.to_numpy(np.float32))).numpy()[:, 0]
    np.testing.assert_allclose(model.answers(table).values, expected, rtol=1e-6)
    model.close()
    torch.save(own.state_dict(), tmp_path / "bare.pt")
    with pytest.raises(SandboxFailed, match="OrderedDict"):
        opened(tmp_path / "bare.pt", allow_weak_sandbox=True)


def test_nothing_is_opened_that_nobody_allowed(tmp_path: Path) -> None:
    path = hostile(tmp_path, "open('ran', 'w')")
    with pytest.raises(CodeNotAllowed, match="would run the code") as caught:
        load_untrusted(path)
    assert f"--allow-code {digest_file(path)}" in caught.value.remedy
    with pytest.raises(CodeNotAllowed, match="not the file that was allowed"):
        load_untrusted(path, allow="sha256:" + 64 * "0")
    (tmp_path / "m.txt").write_bytes(b"tree\nversion=v4\n")
    with pytest.raises(InputError, match="opening it runs no code"):
        load_untrusted(tmp_path / "m.txt", allow=digest_file(path))
    with pytest.raises(InputError, match="There is no file"):
        load_untrusted(tmp_path / "absent.pkl")


def test_what_was_allowed_is_what_is_opened_even_if_the_file_is_exchanged(tmp_path: Path) -> None:
    path = hostile(tmp_path, "model = len")
    before = path.read_bytes()
    copy = sealed_copy(path, digest_file(path), 1 << 20)
    path.write_bytes(b"another")
    assert os.read(copy, 1 << 20) == before
    with pytest.raises(PermissionError):
        os.write(copy, b"x")
    os.close(copy)
    with pytest.raises(InputError, match="may have"):
        sealed_copy(path, digest_file(path), 3)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    cases = {
        "import absent_package": ("absent_package", "Install the package"),
        "model = {'weights': 1}": ("it holds a dict", "Save the fitted model itself"),
        "raise SystemExit(0)": ("SystemExit", "versions"),
        "import os; os.remove(os.path.expanduser('~/x'))": ("PermissionError", "Do not trust it"),
    }
    for source, (said, remedy) in cases.items():
        with pytest.raises(SandboxFailed, match=said) as caught:
            opened(hostile(tmp_path, source), allow_weak_sandbox=True)
        assert remedy in caught.value.remedy


@pytest.mark.parametrize("missing", ["NETWORK", "WRITES", "PROGRAMS", "SIGNALS"])
def test_a_machine_without_a_protection_refuses_until_a_person_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    def lacking(self: Process, *words: object, **more: object) -> Ready:
        return Ready([missing])

    monkeypatch.setattr(Process, "hear", lacking)
    with pytest.raises(WeakSandbox, match=Protection[missing].value) as caught:
        opened(hostile(tmp_path, "model = len"))
    assert caught.value.value == missing.lower()
    assert "--allow-weak-sandbox" in caught.value.remedy


def test_every_protection_is_found_missing_where_nothing_was_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outside").write_bytes(b"")
    assert tried(str(tmp_path / "outside")) == tuple(Protection)
    assert [path.name for path in tmp_path.iterdir()] == ["outside"]


def test_the_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    path = hostile(tmp_path, "def model(rows):\n    while True: pass")
    script = (
        "import sys, numpy, airworthy as aw\n"
        "model = aw.load_untrusted(sys.argv[1], allow=sys.argv[2], allow_weak_sandbox=True, seconds=600)\n"
        "print(model._process.pid, flush=True)\n"
        "model.answers(numpy.zeros((1, 1)))"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(path), digest_file(path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 60
    while time.monotonic() < until and is_running(child):
        time.sleep(0.01)
    assert not is_running(child)


def is_running(pid: int) -> bool:
    """A process that ended and that nobody waits for does not run."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


@pytest.mark.parametrize("machine", AUDIT_ARCHITECTURE)
def test_numbers_of_system_calls_are_those_of_the_kernels_headers(machine: str) -> None:
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    found = {
        name.removeprefix("3264_"): int(number)
        for name, number in re.findall(r"#define __NR_?(\w+)\s+(\d+)", header.read_text())
    }
    found.setdefault("newfstatat", found.get("fstatat", -1))
    assert {name: found[name] for name in numbers(machine)} == numbers(machine)
