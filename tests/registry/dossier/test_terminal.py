"""Many results on a terminal: nothing that failed is hidden, and the undecided do not bury it."""

from __future__ import annotations

import io

from rich.console import Console

from airworthy.kernel.result import Limit, Measurement, Result, Verdict
from airworthy.registry.dossier.terminal import print_results


def result(code: str, number: int, verdict: Verdict) -> Result:
    found = Measurement(0.1, -0.2, 0.4, "share", 30, 0.95)
    finding = f"{code} found something in group {number}."
    return Result(
        code,
        "a-gap",
        f"group:town={number}",
        verdict,
        finding,
        "Look.",
        measurement=found,
        limit=Limit(low=0.0),
    )


def test_a_hundred_undecided_groups_are_counted_and_every_failure_is_shown() -> None:
    results = [result("FAI001", n, Verdict.UNSURE) for n in range(100)]
    results += [result("DAT001", n, Verdict.FAIL) for n in range(5)]
    output = io.StringIO()
    print_results(results, Console(file=output, width=80))
    text = output.getvalue()
    assert text.count("DAT001 found something") == 5
    assert "and 82 more" in text  # 105 less 3 in full and 20 in a line each
    assert "cannot tell: FAI001 ×82" in text
    assert len(text.splitlines()) < 60
