"""The hostile CRM as a target: whatever goes wrong, no row is lost, none stands twice, and all are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from airworthy.adapters.sinks.courier import Courier, Trip
from airworthy.adapters.sinks.letter import Cell
from airworthy.adapters.sinks.outbox import Draft, Outbox, State
from airworthy.adapters.sinks.rest import RestTarget
from airworthy.adapters.sinks.waiting import Patience
from airworthy.charter.delivering import Method, Sink, SinkApi
from airworthy.kernel.clock import FixedClock, rfc3339
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.demo.legacy.crm import SCORES, Crm, running_crm, some_contacts
from airworthy.workspace.demo.legacy.crm_faults import ANSWERS, WRITING

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ROWS = 200


def sink_of(crm: Crm, batch: int = 20) -> Sink:
    api = SinkApi(
        crm.url + SCORES,
        batch=batch,
        method=Method.PUT,
        rows_at="scores",
        refused_at="refused",
        place_at="place",
        again_at="again",
        read_url=crm.url + SCORES + "?page={page}&per_page=100",
        read_at="scores",
        timeout=0.5,
    )
    return Sink("crm", (("customer", "id"),), {"probability": "score", "version": "model"}, api=api)


def drafts(count: int = ROWS, version: str = "v1", first: int = 0) -> list[Draft]:
    at = rfc3339(NOW)
    return [
        Draft((f"C-{number:05d}",), values(number, version), version, at)
        for number in range(first, first + count)
    ]


def values(number: int, version: str) -> dict[str, Cell]:
    return {"probability": number / 1000, "version": version}


@contextmanager
def courier(sink: Sink, home: Path) -> Iterator[tuple[Courier, Outbox, list[float]]]:
    waited: list[float] = []
    assert sink.api is not None
    patience = Patience(sink.api.retries, wait=waited.append)
    target = RestTarget(sink, sink.api.url, patience)
    with Outbox(home) as outbox:
        yield Courier(target, outbox, patience, FixedClock(NOW), QuietProgress()), outbox, waited
    target.close()


def delivered(sink: Sink, home: Path, rows: list[Draft]) -> tuple[Trip, dict[State, int], list[float]]:
    with courier(sink, home) as (walker, outbox, waited):
        walker.recover()
        outbox.post(sink.name, rows, rfc3339(NOW))
        trip = walker.walk()
        return trip, outbox.counts(sink.name), waited


def held(crm: Crm) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for row in crm.scores.rows:
        found.setdefault(row["id"], []).append(row["score"])
    return found


FAULTS = [fault for fault in (*ANSWERS, *WRITING) if fault not in ("hang", "drip", "token-expiry")]


@pytest.mark.parametrize("fault", [*FAULTS, "hang", "drip"])
def test_every_row_arrives_once_or_is_counted_as_refused(tmp_path: Path, fault: str) -> None:
    with running_crm(some_contacts(ROWS), [fault], seed=3, drip=1.0) as crm:
        trip, counts, waited = delivered(
            sink_of(crm, batch=80 if fault == "too-large" else 20), tmp_path, drafts()
        )
        there = held(crm)
    dead = counts.get(State.DEAD, 0)
    assert trip.stopped == ""
    assert all(len(scores) == 1 for scores in there.values())
    assert len(there) + dead == ROWS
    assert counts.get(State.CONFIRMED, 0) == len(there)
    assert (dead > 0) == (fault == "refused-rows")
    assert all(0.5 <= seconds <= 60 for seconds in waited)
    assert there["C-00007"] == [0.007]


def test_all_faults_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    with running_crm(some_contacts(ROWS), FAULTS, seed=5) as crm:
        sink = sink_of(crm)
        counts: dict[State, int] = {}
        for _ in range(5):  # a long outage leaves rows behind, and the next call goes on
            _, counts, _ = delivered(sink, tmp_path, []) if counts else delivered(sink, tmp_path, drafts())
            if set(counts) <= {State.CONFIRMED, State.DEAD}:
                break
        there = held(crm)
    assert set(counts) <= {State.CONFIRMED, State.DEAD}
    assert len(there) == counts[State.CONFIRMED]
    assert sum(counts.values()) == ROWS
    assert all(len(scores) == 1 for scores in there.values())


def test_a_row_that_nobody_takes_is_dead_with_its_reason_and_can_be_sent_again(tmp_path: Path) -> None:
    with running_crm(some_contacts(3)) as crm, courier(sink_of(crm), tmp_path) as (walker, outbox, _):
        outbox.post("crm", drafts(4), rfc3339(NOW))
        walker.walk()
        (dead,) = outbox.dead("crm")
        assert dead.letter.key == ("C-00003",)
        assert dead.reason == "crm says: customer C-00003 is not known"
        assert outbox.revive("crm") == 1
        walker.walk()
        assert [one.letter.key for one in outbox.dead("crm")] == [("C-00003",)]


def test_the_same_rows_again_cost_no_request_and_a_later_version_changes_them(tmp_path: Path) -> None:
    with running_crm(some_contacts(50)) as crm:
        sink = sink_of(crm)
        delivered(sink, tmp_path, drafts(50))
        before = len(crm.log)
        delivered(sink, tmp_path, drafts(50))
        assert len(crm.log) == before
        delivered(sink, tmp_path, drafts(50, version="v2"))
        assert {row["model"] for row in crm.scores.rows} == {"v2"}
        assert len(crm.scores.rows) == 50


def test_rows_whose_answer_never_came_are_looked_for_before_they_are_sent_again(tmp_path: Path) -> None:
    with running_crm(some_contacts(40)) as crm:
        sink = sink_of(crm, batch=40)
        with courier(sink, tmp_path) as (walker, outbox, _):
            outbox.post("crm", drafts(40), rfc3339(NOW))
            letters = outbox.take("crm", 40, rfc3339(NOW))
            walker._target.send(letters[:25])  # and then the process is killed
        writes = crm.scores.writes
        _, counts, _ = delivered(sink, tmp_path, [])
        assert writes == 25
        assert crm.scores.writes == 40
    assert counts == {State.CONFIRMED: 40}


def test_a_target_that_is_away_keeps_every_row_pending(tmp_path: Path) -> None:
    with running_crm(some_contacts(5)) as crm:
        sink = sink_of(crm)
    trip, counts, _ = delivered(sink, tmp_path, drafts(5))
    assert "cannot be asked" in trip.stopped
    assert counts == {State.SENT: 5}  # the next call asks first
    assert trip.sent == 0


def test_a_wrong_address_makes_no_row_dead(tmp_path: Path) -> None:
    with running_crm(some_contacts(40)) as crm:
        sink = sink_of(crm)
        assert sink.api is not None
        wrong = replace(sink, api=replace(sink.api, url=crm.url + "/v2/score"))
        trip, counts, _ = delivered(wrong, tmp_path, drafts(40))
        assert "takes no rows at its address (404)" in trip.stopped
        assert counts == {State.PENDING: 40}
        assert len(crm.log) == 1


def test_rows_that_are_all_refused_stop_the_delivery_early(tmp_path: Path) -> None:
    with running_crm(some_contacts(100)) as crm:
        sink = sink_of(crm)
        assert sink.api is not None
        bare = replace(sink, api=replace(sink.api, refused_at=None, rows_at="wrong"))
        trip, counts, _ = delivered(bare, tmp_path, drafts(100))
        assert "none of the first 10 rows was taken: crm answers 422" in trip.stopped
        assert counts == {State.DEAD: 10, State.PENDING: 90}


def test_a_token_that_expires_is_looked_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = (f"token-number-{number}" for number in range(2, 100))

    def renew() -> str:
        monkeypatch.setenv("CRM_TOKEN", fresh := next(tokens))
        return fresh

    monkeypatch.setenv("CRM_TOKEN", "first-token")
    rows = some_contacts(100)
    with running_crm(rows, ["token-expiry"], token="first-token", renew=renew) as crm:
        _, counts, _ = delivered(replace(sink_of(crm), secret="env:CRM_TOKEN"), tmp_path, drafts(100))
    assert counts == {State.CONFIRMED: 100}
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"C-00042" in kept
    assert b"token" not in kept


def test_a_wrong_token_stops_at_once_and_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "wrong-token")
    with running_crm(some_contacts(5), token="right-token") as crm:
        trip, counts, waited = delivered(replace(sink_of(crm), secret="env:CRM_TOKEN"), tmp_path, drafts(5))
    assert "does not let this call in (401)" in trip.stopped
    assert "wrong-token" not in trip.stopped
    assert (counts, waited) == ({State.PENDING: 5}, [])


def test_the_declared_rate_spaces_requests(tmp_path: Path) -> None:
    from airworthy.adapters.sinks.waiting import Pace

    now, waited = [0.0], []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    pace = Pace(5.0, clock=lambda: now[0], wait=wait)
    for _ in range(3):
        pace.next()
    assert waited == pytest.approx([0.2, 0.2])


def test_an_address_on_an_open_line_is_refused_with_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "first-token")
    api = SinkApi("http://crm.example/v2/scores")
    sink = Sink("crm", (("customer", "id"),), {"probability": "score"}, secret="env:CRM_TOKEN", api=api)
    with courier(sink, tmp_path) as (walker, outbox, _):
        outbox.post("crm", [Draft(("1",), {"probability": 0.5}, "v1", rfc3339(NOW))], rfc3339(NOW))
        assert "is not encrypted" in walker.walk().stopped
