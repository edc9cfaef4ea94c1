"""Real signals to a real `airworthy run` on a small table: what it leaves, what it says, and how it goes on."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

PATIENCE = 600.0


def write_table(folder: Path, rows: int = 400) -> None:
    """A seeded table in which a month-to-month contract and a short tenure make a customer leave."""
    rng = random.Random(7)
    lines = ["tenure,charges,contract,left"]
    for _ in range(rows):
        tenure, contract = rng.randint(0, 70), rng.choice(("monthly", "yearly"))
        leaves = rng.random() < 0.05 + 0.5 * (contract == "monthly") * (1 - tenure / 70)
        lines.append(f"{tenure},{rng.uniform(20, 110):.2f},{contract},{'Yes' if leaves else 'No'}")
    (folder / "customers.csv").write_text("\n".join(lines) + "\n")
    started = cli(folder, "init", "customers.csv", "--target", "left", "--time-budget", "15m", "--yes")
    assert started.returncode == 0, started.stderr
    charter = folder / "airworthy.toml"
    text = charter.read_text("utf-8")
    assert "[search]" not in text
    # One kind, which is surely finished: how far a search comes in its time is nothing to compare.
    charter.write_text(f'{text}\n[search]\nlearners = ["linear"]\n', "utf-8")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "airworthy.cli.main", *arguments]


def cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def start(folder: Path, *arguments: str, **more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command(*arguments), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_training(process: subprocess.Popen[str]) -> bool:
    return bool(psutil.Process(process.pid).children())


def stages(folder: Path) -> int:
    """Finished stages, as another process sees them."""
    import sqlite3

    path = folder / ".airworthy" / "airworthy.db"
    if not path.exists():
        return 0
    database = sqlite3.connect(path, timeout=30)
    try:
        return int(database.execute("SELECT count(*) FROM stages").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


@pytest.mark.slow
def test_a_run_killed_stage_by_stage_ends_where_an_undisturbed_one_does(tmp_path: Path) -> None:
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    for folder in (calm, rough):
        folder.mkdir()
        write_table(folder)
    undisturbed = json.loads(cli(calm, "run", "--json").stdout)
    assert undisturbed["reused"] == []

    killed = start(rough, "run", "--json")
    wait_until(lambda: is_training(killed), killed)
    children = psutil.Process(killed.pid).children(recursive=True)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert not psutil.wait_procs(children, timeout=10)[1], "the training process outlived its parent"
    assert cli(rough, "verify").returncode == 0

    stopped = start(rough, "run", "--json")
    wait_until(lambda: stages(rough) >= 3, stopped)
    stopped.send_signal(signal.SIGINT)
    said, noise = stopped.communicate()
    assert stopped.returncode == 130, noise
    assert json.loads(said)["error"]["code"] == "interrupted"
    assert "Run the same command to continue" in json.loads(said)["error"]["remedy"]
    assert "Traceback" not in noise

    continued = cli(rough, "run")
    assert "Kept from earlier runs: prepare, audit, train" in continued.stderr
    document = json.loads(cli(rough, "run", "--json").stdout)
    assert document["reused"] == ["prepare", "audit", "train", "expect", "assure"]
    assert (document["version"], document["digest"]) == ("v1", undisturbed["digest"])
    assert document["rows"] == undisturbed["rows"]
    assert Path(document["dossier"]).is_file()
    assert cli(rough, "verify").returncode == 0


def test_sigterm_ends_like_ctrl_c_and_the_next_run_takes_the_lock_over(tmp_path: Path) -> None:
    write_table(tmp_path)
    first = start(tmp_path, "run", "--quiet")
    wait_until(lambda: (tmp_path / ".airworthy" / "lock").exists() and stages(tmp_path) > 0, first)
    os.kill(first.pid, signal.SIGSTOP)  # so that it holds the lock however slow the others are
    second = cli(tmp_path, "run", "--json")
    assert second.returncode == 2
    busy = json.loads(second.stdout)["error"]
    assert busy["code"] == "workspace-busy"
    assert f"process {first.pid}, since 20" in busy["message"]
    assert "another" in cli(tmp_path, "promote", "v1").stderr.lower()
    first.send_signal(signal.SIGTERM)
    os.kill(first.pid, signal.SIGCONT)
    said, noise = first.communicate()
    assert first.returncode == 130
    assert "Run the same command to continue" in noise
    assert "Traceback" not in said + noise
    third = start(tmp_path, "run", "--quiet")
    wait_until(lambda: str(third.pid) in (tmp_path / ".airworthy" / "lock").read_text(), third)
    third.kill()
    third.communicate()
    assert cli(tmp_path, "verify").returncode == 0


def test_no_room_for_a_file_is_said_plainly_and_leaves_a_valid_workspace(tmp_path: Path) -> None:
    write_table(tmp_path)
    for limit in (20_000, 100_000):

        def small(limit: int = limit) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        process = start(tmp_path, "run", "--json", preexec_fn=small)
        said, noise = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2, (said, noise)
        error = json.loads(said)["error"]
        assert error["code"] == "workspace", error
        assert error["remedy"]
        assert "Traceback" not in noise
        if (tmp_path / ".airworthy" / "airworthy.db").exists():
            assert "Traceback" not in cli(tmp_path, "verify").stderr
    assert not list((tmp_path / ".airworthy").rglob(".*.part"))


def test_a_database_of_a_newer_release_is_refused_by_every_command(tmp_path: Path) -> None:
    import sqlite3

    write_table(tmp_path)
    first = start(tmp_path, "run", "--quiet")
    wait_until(lambda: stages(tmp_path) > 0, first)
    first.kill()
    first.communicate()
    database = sqlite3.connect(tmp_path / ".airworthy" / "airworthy.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for arguments in (("run",), ("verify",), ("versions",)):
        done = cli(tmp_path, *arguments, "--json")
        assert done.returncode == 2, done.stderr
        assert "has format 9999" in json.loads(done.stdout)["error"]["message"]
