"""However short the time: something is finished first, and where there is time nothing is spent on it."""

from __future__ import annotations

from pathlib import Path

from model_worlds import problem

from airworthy.charter.model import Task
from airworthy.model.explore import explore
from airworthy.model.job import write_job
from airworthy.model.orders import Event, Order


def finished_in(seconds: float, folder: Path, task: Task) -> list[str]:
    """Names of the lines that the search finishes when it believes to have so many seconds."""
    write_job(problem(task, n=400), folder)
    events: list[Event] = []
    explore(Order(folder=str(folder), seconds=seconds, threads=1, learners=("linear",)), events.append)
    return [event.name for event in events if event.kind == "done"]


def test_the_quickest_model_is_made_though_nothing_fits_into_the_time(tmp_path: Path) -> None:
    for task in Task.BINARY, Task.MULTICLASS, Task.REGRESSION:
        assert finished_in(0.0, tmp_path / task, task) == ["linear-quick"]


def test_no_first_answer_is_made_where_the_whole_line_surely_fits(tmp_path: Path) -> None:
    assert finished_in(1e6, tmp_path, Task.BINARY) == ["linear"]
