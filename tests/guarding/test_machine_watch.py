"""A watch among real process trees: who burned too much is gone as a whole, who did not is not touched."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded_trees import python, until
from machine_watches import Machine

BURN = "\ndef burn(most=600):\n while time.process_time() < most: sum(range(2000))\n time.sleep(600)\n"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"

BURNERS = {
    "ignores SIGTERM": DEAF + "burn()\n",
    "leaves its session": "if os.fork(): time.sleep(0.6); os._exit(0)\nos.setsid()\n"
    "if os.fork(): time.sleep(0.4); os._exit(0)\n" + DEAF + "burn()\n",
    "is stopped": "while time.process_time() < 0.7: pass\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    "writes a checkpoint": "def save(*_):\n time.sleep(0.2)\n pathlib.Path('checkpoint').write_text('whole')\n"
    " os._exit(0)\nsignal.signal(signal.SIGTERM, save)\nburn()\n",
    "forks without end": DEAF
    + "while True:\n for _ in range(8):\n  if not os.fork():\n   end = time.time() + 0.05\n"
    "   while time.time() < end: pass\n   os._exit(0)\n while True:\n  try: os.wait()\n"
    "  except ChildProcessError: break\n",
}
UNTOUCHED = {
    "is modest": "time.sleep(600)\n",
    "is guarded": "if os.fork(): os.wait()\nburn(0.6)\n",
    "is excepted": "burn(0.6)\n",
}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


def test_the_declared_rule_stops_whole_trees_and_spares_the_rest(machine: Machine) -> None:
    watch = machine.watch({"allow": "0.5s", "rule": "stop", "grace": "1s", "excepted": ["spared"]})
    machine.has_said("watches")
    for name, body in BURNERS.items():
        machine.run(name, python(BURN + body))
    machine.run("is modest", python(UNTOUCHED["is modest"]))
    machine.run("is guarded", [*python(BURN + UNTOUCHED["is guarded"]), "airworthy.guarding.keeper"])
    (machine.folder / "spared").symlink_to(sys.executable)
    machine.run("is excepted", [str(machine.folder / "spared"), *python(BURN + UNTOUCHED["is excepted"])[1:]])
    until(lambda: machine.said().count("was stopped after") == len(BURNERS), "all of them to be stopped")
    for name in BURNERS:
        assert machine.living(name) == [], name
    for name in UNTOUCHED:
        assert machine.living(name), name
    assert (machine.folder / "writes a checkpoint" / "checkpoint").read_text() == "whole"
    document = machine.document(watch)
    assert (document["reported"], document["stopped"]) == (len(BURNERS), len(BURNERS))
    journals = machine.journals()
    assert len(journals) == len(BURNERS)
    for journal in journals:
        spend = journal["spend"]
        assert (journal["state"], journal["outcome"]) == ("finished", "stopped: processor")
        assert spend["cpu_seconds"] > 0.5
        assert spend["money"] == pytest.approx(spend["seconds"], abs=0.001)
        assert spend["currency"] == "EUR"


def test_a_watch_killed_in_the_grace_is_gone_on_with_and_nothing_is_said_twice(machine: Machine) -> None:
    terms = {"allow": "0.4s", "rule": "stop", "grace": "1.5s"}
    watch = machine.watch(terms)
    machine.has_said("watches")
    machine.run("burns", python(BURN + DEAF + "burn()\n"))
    machine.has_said("SIGTERM sent")
    os.kill(watch.pid, signal.SIGKILL)
    watch.wait()
    again = machine.watch(terms)
    machine.has_said("was stopped after")
    assert machine.living("burns") == []
    document = machine.document(again)
    assert (document["reported"], document["stopped"], document["trees"]) == (0, 1, [])
    assert machine.said().count("burned") == 1
    [journal] = machine.journals()
    assert (journal["state"], journal["outcome"]) == ("finished", "stopped: processor")
