"""The table of impact ratios under `airworthy check`: each category beside the one with the highest rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.words import limit_words, verdict_words

SPARED = "not selected"
CODES = {"FAI005": "selected", "FAI006": "above median"}
NAME, MOST = 34, 14


def print_ratios(results: Sequence[Result], line: Callable[[str, str], None]) -> None:
    """Print one table a column or pair of columns, lowest ratio first.

    Parameters
    ----------
    line : prints a text in a style.
    """
    burden = False
    for code, counted in CODES.items():
        mine = [r for r in results if r.code == code and r.measurement is not None]
        if any(r.details["counted"] == SPARED for r in mine):
            counted, burden = SPARED, True
        for column in dict.fromkeys(str(r.details["column"]) for r in mine):
            line("", "")
            line(f"{f'Impact ratios, {column}':{NAME}} {'rows':>7}  {counted:13}ratio", "bold")
            table = [r for r in mine if r.details["column"] == column]
            _print_table(sorted(table, key=_ratio), line)
        if mine:
            limit = mine[0].limit
            judged = limit_words(limit) if limit and limit.low is not None else "none"
            line(f"  {code}, limit {judged}; intervals Holm-corrected over all categories.", "dim")
    if not burden and any(r.code in CODES and r.measurement is not None for r in results):
        line("  Where being selected is a burden, add --burden: then the spared are compared.", "dim")


def _print_table(table: Sequence[Result], line: Callable[[str, str], None]) -> None:
    for result in table[:MOST]:
        assert result.measurement is not None
        group, found = result.details["group"], result.measurement
        mark = " " if result.verdict is Verdict.NOT_APPLICABLE else verdict_words(result.verdict).mark
        name = _short(result.subject.removeprefix("group:"))
        figures = f"{mark} {found.value:.2f} ({found.low:.2f}–{found.high:.2f})"
        line(f"  {name:{NAME - 2}} {group['rows']:>7,}  {100 * group['rate']:>5.1f} %      {figures}", "")
    if more := table[MOST:]:
        line(f"  and {len(more):,} more categories: --json lists them.", "")
    details = table[0].details
    if left := details["left_out"]:
        line("  Left out, as each is below 2 % of the rows:", "")
        for one in left[:MOST]:
            name, rate = _short(one["category"]), f"{100 * one['rate']:>5.1f} %"
            line(f"  {name:{NAME - 2}} {one['rows']:>7,}  {rate}", "dim")
        if more := left[MOST:]:
            line(f"  and {len(more):,} more: --json lists them.", "")
    if unknown := details["unknown_rows"]:
        line(f"  {unknown:,} rows belong to no known category.", "")


def _short(name: str) -> str:
    return name if len(name) < NAME - 2 else name[: NAME - 4] + "…"


def _ratio(result: Result) -> float:
    return result.measurement.value if result.measurement else 1.0
