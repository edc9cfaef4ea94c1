"""Whom a guard tells, and what it runs afterwards: webhook, mail, `--then`, the terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from guarded_trees import PATIENCE, SLACK, marked, python, start

FOREVER = "ready()\nwhile True: time.sleep(9)\n"


def test_warnings_reach_webhook_and_mail_and_then_ends_the_bill(
    tmp_path: Path, webhook: tuple[str, list[dict[str, object]]], mail_server: tuple[int, list[str]]
) -> None:
    (address, heard), (port, taken) = webhook, mail_server
    options = {"max_time": "5s", "warn": address, "mail": "me@team.org", "then": "echo off > machine; exit 4"}
    tree = start(tmp_path, options, python(FOREVER), {"AIRWORTHY_SMTP": f"smtp://127.0.0.1:{port}"})
    assert tree.end() == 3
    assert heard[0]["per_cent"] in (50, 80, 95)
    assert heard[-1]["limit"] == "time"
    assert heard[-1]["spend"]["seconds"] > 4
    assert any("stopping (time)" in message for message in taken)
    assert (tmp_path / "machine").read_text() == "off\n"
    assert "failed with exit code 4" in tree.said()


def test_a_webhook_that_never_answers_holds_nothing_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        tree = start(tmp_path, {"max_time": "5s", "warn": address}, python(FOREVER))
        tree.ready()
        journal = tree.finished()
        assert journal["spend"]["seconds"] < 5 + SLACK
        assert marked(tree.id) == []
    assert tree.end() == 3
    assert "the webhook could not be sent" in tree.said()


def test_the_terminal_belongs_to_the_command(tmp_path: Path) -> None:
    """It reads from the terminal, and hears Ctrl-C itself, each time."""
    body = (
        "name = input('name? ')\nheard = 0\n"
        "while heard < 2:\n"
        " try: print('waiting', heard, name, flush=True); time.sleep(30)\n"
        " except KeyboardInterrupt: heard += 1\n"
        "sys.exit(9)\n"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background ignores it
        words = [
            sys.executable,
            "-m",
            "airworthy.cli.main",
            "guard",
            "--max-time",
            "50s",
            "--",
            *python(body),
        ]
        os.execv(sys.executable, words)
    settings = termios.tcgetattr(terminal)
    settings[3] |= termios.NOFLSH  # else Ctrl-C throws away what was printed just before
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
    answers = [(b"name? ", b"bob\n"), (b"waiting 0 bob", b"\x03"), (b"waiting 1 bob", b"\x03")]
    seen = b""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answers and answers[0][0] in seen:
            os.write(terminal, answers.pop(0)[1])
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 4096)
            except OSError:
                break
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9, seen.decode()


def test_a_signal_to_the_guard_reaches_the_command_and_then_what_it_left(tmp_path: Path) -> None:
    body = (
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "if os.fork() == 0:\n os.setsid(); signal.signal(signal.SIGTERM, signal.SIG_DFL)\n time.sleep(60)\n"
        + FOREVER
    )
    tree = start(tmp_path, {"max_time": "50s", "grace": "2s"}, python(body))
    tree.ready()
    time.sleep(0.3)
    os.kill(tree.door.pid, signal.SIGTERM)
    assert tree.end() == 5
    assert marked(tree.id) == []
    assert "what it left behind was stopped" in tree.said()


def test_the_json_document_stands_alone_on_standard_output(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "airworthy.cli.main", "guard", "--max-time", "30s", "--json"),
            *("--project", "churn", "--", "sh", "-c", "echo noise; exit 6", "x", "--api-key=abc"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(done.stdout)
    assert (done.returncode, document["exit_code"], document["command_exit_code"]) == (6, 6, 6)
    assert document["project"] == "churn"
    assert document["kept"] is True
    assert "abc" not in document["command"]
    assert done.stderr == "noise\n"


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["--max-time", "5s", "--", "no-such-command"], 127, "There is no command 'no-such-command'."),
        (["--max-time", "5s", "--", "./plain"], 126, "./plain is not executable."),
        (["--max-time", "5s"], 2, "There is no command to guard."),
    ],
)
def test_what_cannot_start_is_said_as_shells_number_it(
    tmp_path: Path, words: list[str], code: int, text: str
) -> None:
    (tmp_path / "plain").write_text("echo")
    done = subprocess.run(
        [sys.executable, "-m", "airworthy.cli.main", "guard", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[0]) == (code, text)
    assert not (tmp_path / ".airworthy").exists()


def test_a_script_without_an_interpreter_says_what_to_look_at(tmp_path: Path) -> None:
    script = tmp_path / "job"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    tree = start(tmp_path, {"max_time": "60s", "then": "touch off"}, ["./job"])
    assert tree.end() == 127
    assert "never started: ./job: No such file or directory. Check that its first line" in tree.said()
    assert not (tmp_path / "off").exists()


def test_what_cannot_be_afforded_does_not_start_and_its_bill_ends_all_the_same(tmp_path: Path) -> None:
    tree = start(tmp_path, {"max_time": "1ms", "then": "touch off"}, python("ready()"))
    assert tree.end() == 3
    assert "never started: the limit was over before it could start" in tree.said()
    assert not (tmp_path / "ready").exists()
    assert (tmp_path / "off").exists()
    assert tree.finished()["outcome"].startswith("not started")
