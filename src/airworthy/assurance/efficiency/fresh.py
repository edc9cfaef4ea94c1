"""A process that holds what serving holds and one model, and says how much memory that is.

`python -m airworthy.assurance.efficiency.fresh ARTEFACT`: a JSON list of rows comes in, `Told` goes out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

KB = 1024


class Told(msgspec.Struct, frozen=True):
    """Bytes resident before loading, after it and one row, and the most while the batch was scored."""

    empty: int
    loaded: int
    peak: int


def main() -> None:
    """Load, score, tell."""
    from airworthy.scoring import Scorer

    body = sys.stdin.buffer.read()
    empty, _ = resident(os.getpid())
    scorer = Scorer.load(Path(sys.argv[1]))
    rows = scorer.decode(body)
    scorer.score_row(rows[0])
    loaded, _ = resident(os.getpid())
    for row in rows:
        scorer.score_row(row)
    _, peak = resident(os.getpid())
    sys.stdout.buffer.write(msgspec.json.encode(Told(empty, loaded, peak)))


def resident(pid: int) -> tuple[int, int]:
    """Bytes that a process holds in memory now, and held at the most."""
    try:
        text = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:  # not Linux: what psutil knows, without the peak
        import psutil

        now = int(psutil.Process(pid).memory_info().rss)
        return now, now
    kilobytes = {line.split(":")[0]: line.split()[1] for line in text.splitlines() if line.startswith("Vm")}
    return KB * int(kilobytes["VmRSS"]), KB * int(kilobytes["VmHWM"])


if __name__ == "__main__":
    main()
