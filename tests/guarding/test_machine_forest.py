"""Accounts of trees in planted looks: who belongs to whom, and what is counted once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from airworthy.guarding.abandoned import finish_abandoned
from airworthy.guarding.journal import shown
from airworthy.guarding.machine.account import Stage, TreeAccount
from airworthy.guarding.machine.book import Book, only_watch
from airworthy.guarding.machine.forest import Forest, Moment
from airworthy.guarding.machine.judge import reasons
from airworthy.guarding.machine.kinds import Kind, Rules, kind_of
from airworthy.guarding.machine.look import Looker, Seen
from airworthy.guarding.machine.stop import kill_all, signal_process
from airworthy.guarding.machine.terms import MachineTerms, Rule
from airworthy.guarding.machine.watch import MachineWatch
from airworthy.guarding.tell import Messenger
from airworthy.kernel.errors import WorkspaceBusy
from airworthy.metering.gpu import Device
from airworthy.metering.processes import Process, read_process
from airworthy.workspace.spending import spent_in

AT = "2026-11-22T00:00:00Z"
NEVER = 99_999_999  # above the highest pid of Linux: its command cannot be read


def one(
    pid: int,
    parent: int = 1,
    own: float = 0.0,
    waited: float = 0.0,
    started: float = 1.0,
    group: int | None = None,
    session: int | None = None,
    kind: Kind = Kind.WATCHED,
    dead: bool = False,
) -> Seen:
    process = Process(NEVER + pid, NEVER + parent, started, own, waited, 1000)
    group, session = NEVER + (group or pid), NEVER + (session or group or pid)
    return Seen(process, "work", group, session, 0, kind, dead)


INIT = one(1, 0, kind=Kind.STEM)


class Looks:
    """Takes planted looks, ten seconds apart."""

    def __init__(self, forest: Forest | None = None) -> None:
        self.forest = forest or Forest(min_cpu=0.05)
        self.now = 0.0

    def take(self, *seen: Seen, span: float = 10.0, slept: float = 0.0) -> list[TreeAccount]:
        first, self.now = self.now == 0, self.now + span + slept
        moment = Moment(self.now, AT, 0.0 if first else span, slept, first)
        return self.forest.take({this.process.pid: this for this in (INIT, *seen)}, moment)

    @property
    def tree(self) -> TreeAccount:
        [tree] = self.forest.trees
        return tree


def test_what_ran_before_the_first_look_is_not_counted_and_what_begins_later_is_from_its_start() -> None:
    looks = Looks()
    looks.take(one(10, own=500.0))
    looks.take(one(10, own=503.0), one(20, own=2.0))
    assert [tree.cpu_seconds for tree in looks.forest.trees] == [3.0, 2.0]


def test_a_child_counts_once_whether_it_lives_was_waited_for_or_was_lost() -> None:
    looks = Looks()
    looks.take(one(10))
    looks.take(one(10, own=1.0), one(11, 10, own=4.0, group=10), one(12, 10, own=6.0, group=10))
    assert looks.tree.cpu_seconds == 11.0
    looks.take(one(10, own=1.0, waited=4.5), one(12, 10, own=6.0, group=10))  # 11 was waited for
    assert looks.tree.cpu_seconds == 11.5
    looks.take(one(10, own=1.0, waited=4.5))  # nobody waited for 12
    assert looks.tree.cpu_seconds == 11.5


def test_orphans_stay_in_their_tree_by_memory_group_or_session() -> None:
    looks = Looks()
    looks.take(one(10), one(11, 10, group=10))
    assert looks.take(one(11, 1, group=10)) == []  # the root died
    looks.take(one(12, 1, group=10, own=7.0))  # never seen below it, and still in its group
    assert looks.tree.root == NEVER + 10
    assert looks.tree.cpu_seconds == 7.0


def test_jobs_of_one_shell_are_trees_of_their_own() -> None:
    shell = one(5, session=5, kind=Kind.STEM)
    looks = Looks()
    looks.take(shell, one(10, 5, session=5), one(20, 5, session=5))
    looks.take(shell, one(10, 5, session=5), one(20, 5, session=5), one(30, 5, group=20, session=5))
    assert {tree.root - NEVER for tree in looks.forest.trees} == {10, 20, 30}


def test_the_group_that_a_container_sees_of_the_outside_joins_nobody() -> None:
    looks = Looks()
    outside = -NEVER  # group 0
    looks.take(one(10, group=outside, session=outside))
    looks.take(one(10, group=outside, session=outside), one(20, group=outside, session=5))
    assert {tree.root - NEVER for tree in looks.forest.trees} == {10, 20}
    assert [tree.groups for tree in looks.forest.trees] == [[], []]


def test_no_signal_ever_goes_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr("airworthy.guarding.machine.stop.os.killpg", lambda group, number: sent.append(group))
    for group in (0, 1):
        with pytest.raises(AssertionError, match="everybody"):
            kill_all(lambda group=group: ([], [group]))  # type: ignore[misc]
    assert sent == []


def test_a_pid_that_was_given_again_is_another_tree() -> None:
    looks = Looks()
    looks.take(one(10, own=1.0))
    [over] = looks.take(one(10, started=2.0, own=9.0))
    assert over.started == 1.0
    assert (looks.tree.started, looks.tree.cpu_seconds) == (2.0, 9.0)


def test_what_a_guard_watches_is_left_to_it_and_not_counted_when_it_ends() -> None:
    guard, command = one(11, 10, kind=Kind.SPARED), one(12, 11, own=80.0)
    looks = Looks()
    looks.take(one(10))
    looks.take(one(10), guard, command)
    looks.take(one(10, own=1.0, waited=82.0))  # a script waited for its guard
    assert looks.tree.cpu_seconds == 1.0


def test_a_tree_of_zombies_is_over() -> None:
    looks = Looks()
    looks.take(one(10))
    assert len(looks.take(one(10, dead=True))) == 1


@dataclass
class PlantedGpu:
    busy: float | None = 0.0

    def holders(self) -> tuple[frozenset[int], ...]:
        return (frozenset({NEVER + 11}), frozenset({NEVER + 10, NEVER + 99}))

    def devices(self) -> tuple[Device, ...]:
        return tuple(Device(index, "planted", self.busy, None, None, None) for index in range(2))


def test_gpus_count_while_they_are_held_and_idle_is_said_once_past_its_limit() -> None:
    gpu = PlantedGpu(busy=0.5)
    looks = Looks(Forest(min_cpu=0.05, gpu=gpu))  # type: ignore[arg-type]  # two methods of a real one
    terms = MachineTerms("p", allow_seconds=100.0, idle_seconds=20.0)
    tree = (one(10), one(11, 10, group=10))
    looks.take(*tree)
    looks.take(*tree)
    assert (looks.tree.gpus, looks.tree.gpu_seconds, looks.tree.idle_since) == (2, 20.0, None)
    gpu.busy = 0.0
    looks.take(*tree)
    looks.take(*tree, slept=3600.0)
    assert reasons(terms, looks.tree, looks.now) == ["idle"]  # 20 s, without the hour of sleep
    looks.take(*tree)
    looks.take(*tree)
    assert looks.tree.gpu_seconds == 100.0  # 5 looks x 10 s x 2 GPUs: exactly what is allowed
    assert reasons(terms, looks.tree, looks.now) == ["idle"]
    looks.take(one(10, own=0.5), tree[1])  # a twentieth of a core is work
    assert (looks.tree.idle_since, reasons(terms, looks.tree, looks.now)) == (None, ["gpu"])


class Planted:
    """A watch to which looks are given, at times that are given."""

    def __init__(self, folder: Path, rule: Rule = Rule.REPORT) -> None:
        terms = MachineTerms(
            "p", allow_seconds=5.0, rule=rule, rate_per_hour=3600.0, currency="EUR", look_seconds=100.0
        )
        looker = Looker(Rules(), pids=lambda: ())
        looker.look = lambda: {this.process.pid: this for this in self.seen}  # type: ignore[method-assign]
        today = datetime(2026, 11, 22, tzinfo=UTC)
        messenger = Messenger(None, None)
        self.watch = MachineWatch(
            terms, Book(folder, terms), looker, messenger, lambda: today, clock=lambda: self.now
        )

    def look(self, now: float, *seen: Seen) -> None:
        self.now, self.seen = now, seen
        self.watch.look()


def since_110(own: float) -> Seen:
    return one(10, own=own, started=110.0 * os.sysconf("SC_CLK_TCK"))


def test_a_journal_that_was_closed_meanwhile_is_followed_by_one_of_the_rest(tmp_path: Path) -> None:
    home, today = tmp_path / ".airworthy", datetime(2026, 11, 23, tzinfo=UTC)
    planted = Planted(home)
    planted.look(100.0)
    planted.look(112.0, since_110(1.0))
    planted.look(120.0, since_110(9.0))
    [path] = (home / "spend").glob("*.json")
    journal = json.loads(path.read_text())
    assert journal["guard"]["guardians"][0][0] == os.getpid()
    journal["guard"]["guardians"] = []  # as if it were killed
    path.write_text(json.dumps(journal))
    assert [left.running for left in finish_abandoned(home)] == [0]
    assert spent_in([tmp_path], today).taken == 1
    again = Planted(home)
    again.look(130.0, since_110(11.0))
    again.look(140.0)
    entries = spent_in([tmp_path], today).entries
    assert [float(entry.cpu_seconds or 0) for entry in entries] == [9.0, 2.0]
    assert [float(entry.money or 0) for entry in entries] == [10.0, 10.0]  # 110 to 120, 120 to 130
    assert entries[1].outcome == "reported: processor; ended by itself"


def test_a_disk_that_refuses_is_said_once_and_no_cost_is_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "machine.json").mkdir()  # root may write everywhere, and not over a folder
    planted = Planted(tmp_path)
    planted.look(100.0)
    planted.look(120.0, since_110(9.0))
    planted.look(160.0, since_110(10.0))
    assert capfd.readouterr().err.count("the accounts could not be kept") == 1
    (tmp_path / "machine.json").rmdir()
    planted.look(210.0, since_110(11.0))
    [path] = (tmp_path / "spend").glob("*.json")
    spend = json.loads(path.read_text())["spend"]
    assert (spend["cpu_seconds"], spend["seconds"], spend["money"]) == (11.0, 100.0, 100.0)


def test_a_rule_that_becomes_to_stop_holds_for_what_was_reported_before(tmp_path: Path) -> None:
    planted = Planted(tmp_path)
    planted.look(100.0)
    planted.look(120.0, since_110(9.0))
    again = Planted(tmp_path, Rule.STOP)
    again.look(130.0, since_110(9.0))
    [tree] = again.watch.forest.trees
    assert (tree.stage, tree.reasons, again.watch.tally.reported) == (Stage.STOPPING, ["processor"], 0)


def test_another_start_of_the_machine_begins_anew(tmp_path: Path) -> None:
    terms = MachineTerms("p", allow_seconds=5.0)
    book = Book(tmp_path, terms)
    book.write(10.0, [TreeAccount(7, 1.0, "x", "ana", 0.0, AT, members={7: Process(7, 1, 1.0, 2.0, 0.0, 3)})])
    looked, [tree] = book.read()
    assert (looked, tree.members[7].own) == (10.0, 2.0)
    path = tmp_path / "machine.json"
    path.write_text(path.read_text().replace('"boot": "', '"boot": "other-'))
    assert book.read() == (None, [])
    path.write_text(path.read_text()[:50])
    assert book.read() == (None, [])


def test_a_folder_has_one_watch(tmp_path: Path) -> None:
    with only_watch(tmp_path), pytest.raises(WorkspaceBusy, match="Another"), only_watch(tmp_path):
        pass


def test_a_signal_reaches_exactly_the_process_that_was_meant() -> None:
    process = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    this = read_process(process.pid)
    assert this is not None
    assert not signal_process(replace(this, started=this.started - 1), signal.SIGKILL)
    assert process.poll() is None
    assert signal_process(this, signal.SIGKILL)
    process.wait()
    assert not signal_process(this, signal.SIGKILL)


def test_other_users_the_kernel_and_the_system_are_not_touched() -> None:
    fields = [b"0"] * 40
    me = os.getuid()
    assert kind_of(os.getpid(), "python", fields, me, Rules(user=me, own=1)) is Kind.WATCHED
    assert kind_of(os.getpid(), "python", fields, me + 1, Rules(user=me or 7, own=1)) is Kind.STEM
    assert kind_of(os.getpid(), "sshd", fields, me, Rules(user=me, own=1)) is Kind.STEM
    assert kind_of(os.getpid(), "tmux: server", fields, me, Rules(user=me, own=1)) is Kind.STEM
    assert kind_of(os.getpid(), "python", fields, me, Rules(user=me)) is Kind.STEM  # itself
    thread = [*fields[:6], str(0x00200000).encode(), *fields[7:]]
    assert kind_of(2, "kthreadd", thread, 0, Rules(own=1)) is Kind.STEM
    assert kind_of(os.getpid(), "python", fields, me, Rules(frozenset({"python"}), own=1)) is Kind.SPARED


def test_a_kept_command_shows_no_login() -> None:
    assert shown(["a", "mysql://u:p@h/d", "--private-key=x"]) == "a mysql://***@h/d --private-key=***"
