"""MON005: the model's own answers have moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from airworthy.kernel.check import Check
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.monitoring.checks._column_check import usual_limit

if TYPE_CHECKING:
    from airworthy.monitoring.scope import WatchScope


DEFAULT = 0.1


class ScoreDrift(Check["WatchScope"]):
    """The model answers differently than it did on its own training period.

    ## What it measures
    The population stability index of the scores against those of the reference rows.

    ## Why it matters
    Scores sum up all inputs. When they move, the number of alarms, offers or refusals moves too, and the
    people who act on them notice first.

    ## How it is measured
    As MON003, on the score.

    ## Limit
    As MON003: at most 0.1, or a quarter more than one of the reference's own windows reached.

    ## What to do
    Read which inputs drifted (MON003) and whether outcomes confirm the new level (MON006).

    ## Known problems
    A score may move for a good reason: more late flights in a storm.

    ## Example
    10 % of the scores lay in the upper of two bins, now 20 %: 0.1 ln(0.2 / 0.1) + 0.1 ln(0.9 / 0.8) = 0.081.

    ## References
    Yurdakul and Naranjo, Journal of Risk Model Validation 14 (2020) 89.
    """

    code = "MON005"
    name = "score-drift"
    title = "The scores have moved"

    def subjects(self, scope: WatchScope) -> Sequence[Subject]:
        return ["model"]

    def needs(self, scope: WatchScope) -> Sequence[Fact]:
        from airworthy.monitoring.window import ScoreCounts  # numpy: only when measuring

        return [ScoreCounts()]

    def limit(self, scope: WatchScope, subject: Subject) -> Limit:
        usual = scope.profile.score.usual_psi if subject else None
        return scope.limit(self.code, usual_limit(usual, DEFAULT))

    def estimate(self, facts: Facts, scope: WatchScope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures import PopulationStability
        from airworthy.monitoring.window import ScoreCounts

        return {"model": PopulationStability(scope.profile.score.counts, facts[ScoreCounts()])}

    def finding(self, result: Result) -> str:
        assert result.measurement is not None
        m = result.measurement
        word = "have moved" if result.verdict is Verdict.FAIL else "have not moved far"
        return f"The scores {word} from the reference period: PSI {m.value:.2f} in {m.n:,} rows."

    def remedy(self, result: Result) -> str:
        return "" if result.verdict is Verdict.PASS else "Read MON003 for the inputs that moved."
