"""The one place that decides which finding stands first: on a terminal, on the page, in JSON and in Python.

1. The verdict: what was found (FAIL, ERROR), then what cannot be told (UNSURE), then NOT_RUN, PASS and
   NOT_APPLICABLE.
2. Among findings, the cost:
   a. a clear cost in quality (promised quality that will not come, or quality that a repair brings), largest
      first;
   b. a leak whose cost was not estimated;
   c. something wrong in a column that the model rests on, by how much rests on it;
   d. any other finding whose cost was not estimated;
   e. a finding for which no clear cost was found;
   f. a finding that cannot change a prediction.
3. The rows touched, most first; then code and subject.
"""

from __future__ import annotations

from airworthy.data.consequence.effect import Consequence, Kind
from airworthy.data.consequence.treatments import LEAKS
from airworthy.kernel.result import Result, Verdict

Key = tuple[int, int, float, int, str, str]

_VERDICTS = (
    (Verdict.FAIL, Verdict.ERROR),
    (Verdict.UNSURE,),
    (Verdict.NOT_RUN,),
    (Verdict.PASS,),
    (Verdict.NOT_APPLICABLE,),
)


def consequence_order(result: Result, consequence: Consequence | None = None) -> Key:
    """Sort key; see the module's text."""
    verdict = next(place for place, group in enumerate(_VERDICTS) if result.verdict in group)
    touched = int(result.details.get("rows_touched", 0))
    group, size = _cost(result, consequence) if verdict == 0 else (0, 0.0)
    return (verdict, group, -size, -touched, result.code, result.subject)


def _cost(result: Result, consequence: Consequence | None) -> tuple[int, float]:
    quality = consequence.quality if consequence else None
    if consequence is not None and quality is not None:
        if not quality.clear:
            return 4, 0.0
        return (2 if consequence.kind is Kind.RELIANCE else 0), round(quality.cost, 6)
    if consequence is not None and consequence.kind is Kind.NONE:
        return 5, 0.0
    return (1 if result.code in LEAKS else 3), 0.0
