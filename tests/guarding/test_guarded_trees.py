"""Commands that will not end: each is gone within its limit + 2 s, leaves nothing, and costs once."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from guarded_trees import SLACK, Guarded, marked, python, start

LIMIT = 6.0
"""Long enough for a guard to start on a machine that is busy with other tests."""
TIMED = {"max_time": "6s", "grace": "1s", "rate": "3600 EUR/h"}
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
FOREVER = "ready()\nwhile True: time.sleep(9)\n"

COMMANDS = {
    "ignores SIGTERM": (TIMED, DEAF + FOREVER),
    "forks": (TIMED, DEAF + "[os.fork() for _ in range(4)]\n" + FOREVER),
    "leaves its session": (
        TIMED,
        "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n" + DEAF + FOREVER,
    ),
    "hops": (TIMED, DEAF + "ready()\nwhile True:\n if os.fork(): os._exit(0)\n"),
    "is stopped": (TIMED, "ready()\nos.kill(os.getpid(), signal.SIGSTOP)\n" + FOREVER),
    "writes a checkpoint": (
        TIMED,
        "def save(*_):\n time.sleep(0.2)\n pathlib.Path('checkpoint').write_text('whole')\n os._exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\n" + FOREVER,
    ),
    "works under a shell": (
        TIMED,
        "if os.fork():\n ready()\n os.wait()\n"
        "def save(*_):\n time.sleep(0.1)\n pathlib.Path('worker').write_text('whole')\n os._exit(0)\n"
        "signal.signal(signal.SIGTERM, save)\nwhile True: time.sleep(9)\n",
    ),
}


FILLER = (
    "os.fork()\nready()\nkept = []\nwhile True:\n kept.append(bytearray(8 << 20))\n"
    " kept[-1][::4096] = b'x' * 2048\n time.sleep(0.005)\n"
)
FLAT = (
    "for loss in (3, 2, 1):\n print(f'loss={loss}', flush=True)\nready()\n"
    "while True:\n print('loss=1.5', file=sys.stderr, flush=True)\n time.sleep(0.05)\n"
)
FLOOD = "ready()\nline = b'x' * 1023 + b'\\n'\n[sys.stdout.buffer.write(line * 1024) for _ in range(100)]\n"
LOSS = {"log_pattern": "loss=([0-9.]+)", "patience": "1s"}
OTHERS = {
    "fills memory": ({"max_memory": "400MB", "max_time": "60s"}, FILLER),
    "idles": ({"idle": "2s", "max_time": "60s", "rate": "3600 USD/h", "grace": "1s"}, FOREVER),
    "does not improve": ({**LOSS, "max_time": "60s", "grace": "1s"}, FLAT),
    "burns energy": ({"max_energy": "4J", "max_time": "60s", "grace": "0s"}, "ready()\nwhile True: pass\n"),
    "floods": ({"max_time": "60s"}, FLOOD),
    "floods a pipe": ({**LOSS, "patience": "9s", "max_time": "60s"}, FLOOD),
}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Guarded]:
    """All of them at once: they mostly wait."""
    running = {}
    for name, (options, body) in {**COMMANDS, **OTHERS}.items():
        running[name] = start(tmp_path_factory.mktemp("tree"), options, python(body))
        running[name].ready()
    return running


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_gone_within_its_limit_leaves_nothing_and_costs_once(
    trees: dict[str, Guarded], name: str
) -> None:
    tree = trees[name]
    assert tree.end() == 3, tree.said()
    journal = tree.finished()
    assert marked(tree.id) == []
    assert journal["outcome"] == "stopped: time"
    seconds = journal["spend"]["seconds"]
    assert seconds <= LIMIT + SLACK
    assert journal["spend"]["money"] == pytest.approx(seconds, abs=1e-3)  # 3600 EUR an hour: one a second
    assert journal["spend"]["currency"] == "EUR"
    assert len(list((tree.folder / ".airworthy" / "spend").iterdir())) == 1


def test_sigterm_leaves_time_for_a_checkpoint(trees: dict[str, Guarded]) -> None:
    tree = trees["writes a checkpoint"]
    assert tree.end() == 3
    assert (tree.folder / "checkpoint").read_text() == "whole"
    assert tree.finished()["spend"]["seconds"] < LIMIT
    assert "by SIGTERM" in tree.said()


def test_what_a_dead_parent_left_hears_sigterm_too(trees: dict[str, Guarded]) -> None:
    tree = trees["works under a shell"]
    assert tree.end() == 3
    assert (tree.folder / "worker").read_text() == "whole"


def test_a_person_is_warned_at_each_mark(trees: dict[str, Guarded]) -> None:
    said = trees["ignores SIGTERM"]
    said.end()
    assert [f"{mark} % of the limit of time used" in said.said() for mark in (50,)] == [True]


def test_memory_is_that_of_the_whole_tree_and_stops_a_fast_filler(trees: dict[str, Guarded]) -> None:
    tree = trees["fills memory"]
    assert tree.end() == 3
    journal = tree.finished()
    assert journal["outcome"] == "stopped: memory"
    assert journal["spend"]["peak_memory_bytes"] < 600e6
    assert marked(tree.id) == []


def test_an_idle_command_is_stopped_and_its_waste_named(trees: dict[str, Guarded]) -> None:
    tree = trees["idles"]
    assert tree.end() == 3
    spend = tree.finished()["spend"]
    assert tree.finished()["outcome"] == "stopped: idle"
    assert 1.9 <= spend["idle_seconds"] <= spend["seconds"] < 30
    assert "idle for" in tree.said()
    assert "this machine still costs 3,600.00 USD/h" in tree.said()


def test_a_figure_that_stops_falling_stops_the_command(trees: dict[str, Guarded]) -> None:
    tree = trees["does not improve"]
    assert tree.end() == 3
    assert tree.finished()["outcome"] == "stopped: no improvement"
    assert tree.out() == b"loss=3\nloss=2\nloss=1\n"


@pytest.mark.parametrize("name", ["floods", "floods a pipe"])
def test_a_flood_of_output_passes_whole(trees: dict[str, Guarded], name: str) -> None:
    tree = trees[name]
    assert tree.end() == 0, tree.said()
    assert len(tree.out()) == 100 << 20
    assert tree.out().count(b"\n") == 100 * 1024


def test_energy_is_a_limit(trees: dict[str, Guarded]) -> None:
    tree = trees["burns energy"]
    assert tree.end() == 3
    journal = tree.finished()
    assert journal["outcome"] == "stopped: energy"
    assert journal["spend"]["energy_kwh"] >= 4 / 3.6e6
    assert journal["spend"]["energy_source"]


@pytest.mark.parametrize(("body", "code"), [("sys.exit(7)", 7), ("os.kill(os.getpid(), 9)", 137)])
def test_a_command_that_ends_by_itself_keeps_its_exit_code(tmp_path: Path, body: str, code: int) -> None:
    tree = start(tmp_path, {"max_time": "60s"}, python(body))
    assert tree.end() == code
    assert tree.finished()["outcome"] == f"exit {code}"


def test_the_time_of_day_moves_nothing(tmp_path: Path) -> None:
    """A library before the C library sets the time of day back by a day in every process of the guard."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler on this machine")
    source = tmp_path / "back.c"
    source.write_text(
        "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <time.h>\n"
        "static int calls;\n"
        "int clock_gettime(clockid_t c, struct timespec *t) {\n"
        " static int (*real)(clockid_t, struct timespec *);\n"
        ' if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");\n'
        " int r = real(c, t); if (c == CLOCK_REALTIME) t->tv_sec -= 86400L * ++calls; return r; }\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "back.so", source, "-ldl"], check=True)
    tree = start(tmp_path, {"max_time": "6s"}, python(FOREVER), {"LD_PRELOAD": str(tmp_path / "back.so")})
    assert tree.end() == 3
    journal = tree.finished()
    assert journal["began"] < f"{datetime.now(UTC) - timedelta(hours=12):%Y-%m-%dT%H}"
    assert LIMIT - 0.7 <= journal["spend"]["seconds"] <= LIMIT + SLACK
