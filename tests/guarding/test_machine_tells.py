"""Whom the watch of a machine tells: each reason reaches a real web server and a real mail server once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded_trees import python, until
from machine_watches import Machine

BURN = "while time.process_time() < 600: sum(range(2000))\n"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.end()


def test_a_burner_is_told_once_to_webhook_and_mail_however_often_one_looks(
    machine: Machine,
    webhook: tuple[str, list[dict[str, object]]],
    mail_server: tuple[int, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (address, heard), (port, taken) = webhook, mail_server
    monkeypatch.setenv("AIRWORTHY_SMTP", f"smtp://127.0.0.1:{port}")
    watch = machine.watch({"allow": "0.3s", "warn": address, "mail": "me@team.org"})
    machine.has_said("watches")
    for name in ("first", "second"):  # the second is seen in later looks, at which the first still burns
        machine.run(name, python(BURN))
        until(lambda name=name: len(heard) == len(taken) == 1 + (name == "second"), f"the {name} warning")
    roots = [machine.living(name)[0] for name in ("first", "second")]
    document = machine.document(watch)
    assert document["reported"] == 2
    assert document["looks"] > 3
    assert len(heard) == len(taken) == machine.said().count("burned") == 2
    assert [one["tree"]["process"] for one in heard] == roots  # type: ignore[index]
    assert all(one["project"] == "p" and "burned" in str(one["text"]) for one in heard)
    assert all("To: me@team.org" in message and "burned" in message for message in taken)


def test_the_end_of_what_was_stopped_is_told_too(
    machine: Machine, webhook: tuple[str, list[dict[str, object]]]
) -> None:
    address, heard = webhook
    watch = machine.watch({"allow": "0.3s", "rule": "stop", "grace": "1s", "warn": address})
    machine.has_said("watches")
    machine.run("burns", python(BURN))
    machine.has_said("was stopped after")
    until(lambda: len(heard) == 2, "both messages")
    assert machine.document(watch)["stopped"] == 1
    first, second = sorted(str(one["text"]) for one in heard)
    assert "burned" in first + second
    assert (first + second).count("was stopped after") == 1
    assert len(heard) == 2
