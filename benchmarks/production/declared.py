"""What declaring a change of regime does to the interval of the next period, where the change is known.

    python benchmarks/production/declared.py

Twelve past AUCs whose logits vary by 0.1 from period to period, with a sampling error of about half that. With the
regime the level moves by a normal draw of 0, 1, 2 or 4 times that spread. The change lies right before the coming
period, or two or five past periods before it. 300 draws each; the interval is meant to hold 90 %.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from airworthy.measures import Outlook, PastPeriod
from production.judge import LEVEL, interval_score

DRAWS, PAST, SPREAD, ERROR = 300, 12, 0.1, 0.012


def judged(shift: float, since: int, declared: bool) -> tuple[float, float, float]:
    """Share covered, mean width and mean interval score."""
    rng, found = np.random.default_rng(1), []
    new = np.arange(PAST + 1) >= PAST - since
    regimes = tuple(new.astype(int).tolist()) if declared else ()
    for _ in range(DRAWS):
        level = 1.2 + 0.3 * rng.normal() + np.where(new, rng.normal() * shift * SPREAD, 0)
        figures = 1 / (1 + np.exp(-(level + SPREAD * rng.normal(size=PAST + 1))))
        past = [PastPeriod(figure, ERROR) for figure in figures[:PAST]]
        low, high = Outlook(past, "auc", regimes=regimes).interval(LEVEL)
        assert low is not None
        assert high is not None
        inside = low <= figures[PAST] <= high
        found.append((inside, high - low, interval_score(low, high, figures[PAST])))
    covered, width, score = np.mean(found, axis=0)
    return float(covered), float(width), float(score)


def main() -> None:
    print(
        "| level moves by | past periods since | covered | declared | width | declared | score | declared |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for shift in (0, 1, 2, 4):
        for since in (0, 2, 5):
            pairs = zip(judged(shift, since, False), judged(shift, since, True), strict=True)
            cells = [
                f"{one:.{digits}f}" for pair, digits in zip(pairs, (2, 3, 3), strict=True) for one in pair
            ]
            print(f"| {shift} spread{'s' * (shift != 1)} | {since} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
