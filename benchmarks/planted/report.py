"""From outcomes to the table: recall with its interval, the bars, and what clean tables were accused of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from airworthy.measures import Wilson
from planted.accepted import ACCEPTED
from planted.pools import Pool

OVERALL_BAR, KIND_BAR, CLEAN_BAR = 0.95, 0.85, 0.10
Outcomes = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, with Wilson's 95 % interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        return self.hits / self.n

    def interval(self) -> tuple[float, float]:
        low, high = Wilson(self.hits, self.n, "share").interval(0.95)
        return float(low or 0.0), float(high if high is not None else 1.0)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{100 * self.value:.1f} ({100 * low:.1f}–{100 * high:.1f})"

    def as_json(self) -> dict[str, object]:
        low, high = self.interval()
        return {"hits": self.hits, "n": self.n, "value": self.value, "low": low, "high": high}


def recall(outcomes: Outcomes) -> Share | None:
    return Share(sum(bool(outcome["hit"]) for outcome in outcomes), len(outcomes)) if outcomes else None


def instead(outcomes: Outcomes, most: int = 3) -> str:
    """The codes that missed plants were reported under, and what the audit could not be told."""
    counted: Counter[str] = Counter()
    for outcome in outcomes:
        if not outcome["hit"]:
            counted.update(outcome["instead"] or ())  # type: ignore[arg-type]
            counted.update(f"untold: {name}" for name in outcome["untold"] or ())  # type: ignore[union-attr]
    return ", ".join(f"{name} ({count})" for name, count in counted.most_common(most))


def planted_table(pool: Pool, found: Mapping[str, Outcomes]) -> list[str]:
    """The Markdown table of kinds, worst first; kinds that no check looks for stand last."""
    lines = [
        "| kind | what was planted | codes | plants | recall %, 95 % interval | misses seen as |",
        "|---|---|---|---|---|---|",
    ]
    measured = {name: share for name, outcomes in found.items() if (share := recall(outcomes))}
    for name in sorted(measured, key=lambda kind: measured[kind].value):
        share, codes = measured[name], " ".join(ACCEPTED[name] or ())
        below = " **below the bar**" if share.value < KIND_BAR else ""
        lines.append(
            f"| {name} | {pool.kinds[name].says} | {codes} | {share.n} | {share}{below} | {instead(found[name])} |"
        )
    for name in found:
        if ACCEPTED[name] and not found[name]:
            lines.append(
                f"| {name} | {pool.kinds[name].says} | {' '.join(ACCEPTED[name] or ())} | 0 | not measured | |"
            )
    for name in found:
        if ACCEPTED[name] is None:
            lines.append(f"| {name} | {pool.kinds[name].says} | no check yet | | | |")
    return lines


def overall(found: Mapping[str, Outcomes]) -> list[str]:
    """Recall over all plants that a check looks for, the kinds below their bar, and those without a check."""
    everything = [outcome for outcomes in found.values() for outcome in outcomes]
    share = recall(everything)
    without = [name for name in found if ACCEPTED[name] is None]
    lines = []
    if share:
        low = [n for n, o in found.items() if (s := recall(o)) and s.value < KIND_BAR]
        lines.append(f"Overall recall {share} % of {share.n:,} plants; the bar is {100 * OVERALL_BAR:.0f} %.")
        lines.append(f"Kinds below {100 * KIND_BAR:.0f} %: {', '.join(low) or 'none'}.")
    if without:
        lines.append(
            f"{len(without)} of {len(found)} kinds have no check yet; they count in no figure above."
        )
    return lines


def clean_table(found: Mapping[tuple[str, int], Outcomes]) -> list[str]:
    """The Markdown table of clean worlds: share of tables with any failure, and what failed most."""
    lines = [
        "| clean tables | rows | tables | with any FAIL %, 95 % interval | codes (tables) |",
        "|---|---|---|---|---|",
    ]
    for (family, rows), outcomes in found.items():
        if not outcomes:
            continue
        share = Share(sum(bool(outcome["fails"]) for outcome in outcomes), len(outcomes))
        above = " **above the bar**" if share.value > CLEAN_BAR else ""
        lines.append(f"| {family} | {rows:,} | {share.n} | {share}{above} | {fired(outcomes)} |")
    return lines


def fired(outcomes: Outcomes, most: int = 6) -> str:
    """Each code with the number of tables in which it failed, and its most frequent subject."""
    tables: Counter[str] = Counter()
    subjects: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        fails = [str(text).split(" ", 1) for text in outcome["fails"]]  # type: ignore[union-attr]
        tables.update({code for code, _ in fails})
        for code, subject in fails:
            subjects.setdefault(code, Counter())[subject] += 1
    return ", ".join(
        f"{code} ({count}; {subjects[code].most_common(1)[0][0]})" for code, count in tables.most_common(most)
    )


def as_json(
    found: Mapping[str, Outcomes], clean: Mapping[tuple[str, int], Outcomes], command: str, pool: Pool
) -> dict[str, object]:
    kinds = {
        name: {
            "codes": list(ACCEPTED[name] or ()),
            "must": {"rows": pool.kinds[name].must.rows, "effect": pool.kinds[name].must.effect},
            "recall": share.as_json() if (share := recall(outcomes)) else None,
            "missed": [outcome for outcome in outcomes if not outcome["hit"]],
        }
        for name, outcomes in found.items()
    }
    everything = recall([outcome for outcomes in found.values() for outcome in outcomes])
    worlds = [
        {
            "family": family,
            "rows": rows,
            "any_fail": Share(sum(bool(o["fails"]) for o in outcomes), len(outcomes)).as_json(),
            "fails": [outcome for outcome in outcomes if outcome["fails"]],
        }
        for (family, rows), outcomes in clean.items()
        if outcomes
    ]
    return {
        "command": command,
        "pool": pool.name,
        "overall": everything.as_json() if everything else None,
        "kinds": kinds,
        "clean": worlds,
    }
