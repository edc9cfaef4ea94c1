"""What answering costs: processor time by version, kept beside the counts, and nothing on the way of answers."""

from __future__ import annotations

from pathlib import Path

from serving_world import ROW, open_client, release

from airworthy.serving.usage import ServingUse, UsageBook, serving_use


class Ticks:
    def __init__(self) -> None:
        self.cpu = self.now = 0.0


def book(folder: Path, ticks: Ticks) -> UsageBook:
    return UsageBook(folder, cpu=lambda: ticks.cpu, monotonic=lambda: ticks.now)


def test_cpu_goes_to_the_versions_that_decided_and_waiting_to_the_live_one(tmp_path: Path) -> None:
    ticks = Ticks()
    usage = book(tmp_path, ticks)
    ticks.cpu = 1.0
    assert usage.tick({}, "v1") == 1.0  # waiting
    ticks.cpu = 3.0
    usage.tick({"v1": 30, "v2": 10}, "v2")  # 2 s: three quarters to v1
    usage.write()
    assert serving_use(tmp_path) == (ServingUse("v1", 30, 2.5), ServingUse("v2", 10, 0.5))


def test_processes_are_added_and_a_file_cut_short_is_passed_over(tmp_path: Path) -> None:
    for _ in range(2):
        ticks = Ticks()
        usage = book(tmp_path, ticks)
        ticks.cpu = 0.5
        usage.tick({"v1": 1000}, "v1")
        usage.write()
    (tmp_path / "usage" / "9-9.json").write_text('[{"version": "v1", "pred')
    assert serving_use(tmp_path) == (ServingUse("v1", 2000, 1.0),)


def test_it_is_written_once_a_minute_and_not_where_nothing_was_decided(tmp_path: Path) -> None:
    ticks = Ticks()
    usage = book(tmp_path, ticks)
    ticks.now = 61.0
    usage.tick({}, "v1")
    assert serving_use(tmp_path) == ()
    ticks.now = 100.0
    usage.tick({"v1": 5}, "v1")
    assert serving_use(tmp_path) == ()
    ticks.now = 122.0
    usage.tick({"v1": 7}, "v1")
    assert serving_use(tmp_path) == (ServingUse("v1", 7, 0.0),)


def test_a_server_leaves_its_account_when_it_closes_and_shows_it_as_a_metric(tmp_path: Path) -> None:
    release(tmp_path)
    client = open_client(tmp_path)
    client.predict([ROW] * 50)
    client.predict(ROW)
    client.app._sync()
    page = client.get("/metrics").text
    (line,) = [line for line in page.splitlines() if line.startswith("airworthy_cpu_seconds_total ")]
    assert float(line.split()[1]) > 0
    client.app.close()
    (use,) = serving_use(tmp_path)
    assert (use.version, use.predictions) == ("v1", 51)
    assert use.cpu_seconds > 0
