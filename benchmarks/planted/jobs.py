"""Series of trials dealt to several processes: each writes its own file, so the results are those of one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from planted import series
from planted.plant import Strength
from planted.pools import POOLS
from planted.store import Store


@dataclass(frozen=True)
class Job:
    """One series: `count` plants of a kind at a strength, or, where `rows` is given, clean tables of a family."""

    pool: str
    name: str
    count: int
    strength: Strength | None = None
    rows: int = 0

    def run(self, store: Store, seed: int) -> series.Outcomes:
        if self.strength is None:
            return series.clean_worlds(store, self.name, self.rows, self.count, seed)
        return series.trials(store, POOLS[self.pool], self.name, self.strength, self.count, seed)

    def kept(self, store: Store) -> series.Outcomes:
        """What is on disk of it."""
        if self.strength is None:
            return series.kept_clean(store, self.name, self.rows)
        return series.kept(store, POOLS[self.pool], self.name, self.strength)


class _Worker:
    """What a process remembers between its series: after Ctrl-C it starts no other."""

    stopped = False

    @classmethod
    def run(cls, job: Job, folder: Path, seed: int) -> series.Outcomes:
        if cls.stopped:
            return []
        try:
            return job.run(Store(folder, seed), seed)
        except KeyboardInterrupt:
            cls.stopped = True
            return []


def run_all(
    jobs: Sequence[Job],
    folder: Path,
    seed: int,
    processes: int,
    done: Callable[[Job, series.Outcomes], None],
) -> None:
    """Run the series and hand each to `done` as it ends; Ctrl-C saves what there is and is raised again."""
    if processes == 1:
        store = Store(folder, seed)
        for job in jobs:
            done(job, job.run(store, seed))
        return
    # spawn: the engine keeps threads, and a forked copy of them hangs
    executor = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        longest_first = sorted(jobs, key=lambda job: -job.rows * job.count)
        running: dict[Future[series.Outcomes], Job] = {
            executor.submit(_Worker.run, job, folder, seed): job for job in longest_first
        }
        for future in as_completed(running):
            done(running[future], future.result())
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
