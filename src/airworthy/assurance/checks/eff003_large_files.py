"""EFF003: how much room do the model's files take?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from airworthy.assurance.checks.eff001_slow_batches import NO_OBJECTIVE
from airworthy.assurance.given import ARTEFACT, ONLY_PREDICTIONS, SCORER
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import measured
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.kernel.units import format_size


class LargeFiles(AssuranceCheck):
    """## What it measures
    Bytes of all files of the model.

    ## Why it matters
    They are copied to every place that serves, and loaded at every start.

    ## How it is measured
    The sizes of the files of the artefact, or of the model file, are added up: a count, so there is no
    interval. A model object and a model behind an address have no files here.

    ## Limit
    `serving.size` of the charter, in bytes. Without it the check only tells. `search.max_size` keeps the
    search from models that are larger.

    ## What to do
    Set search.max_size, choose a smaller learner, or declare a larger serving.size.

    ## Example
    scorer.json of 40 KB and model.txt of 1.2 MB take 1.24 MB.

    ## References
    ISO/IEC 25010 (2023), performance efficiency: resource utilisation.
    """

    code: ClassVar[str] = "EFF003"
    name: ClassVar[str] = "large-files"
    title: ClassVar[str] = "The model's files are small enough"
    cost: ClassVar[Cost] = Cost.CHEAP
    advice: ClassVar[str] = "Set search.max_size and run again, or declare a larger serving.size."

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (SCORER,)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        most = scope.charter.serving.size_bytes
        declared = NO_OBJECTIVE if most is None else Limit(high=most, source="serving.size")
        return scope.limit(self.code, declared)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.proportion import Exact  # imports numpy; listing checks must not

        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; size needs the model's files.")}
        sizes = _sizes(facts)
        if not sizes:
            return {MODEL: NotApplicable("The model was given as an object or an address, without files.")}
        return {MODEL: Exact(sum(sizes.values()), "bytes", len(sizes))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        largest = sorted(_sizes(facts).items(), key=lambda item: (-item[1], item[0]))
        return {"largest": [{"file": name, "bytes": size} for name, size in largest[:5]]}

    def finding(self, result: Result) -> str:
        found, largest = measured(result), result.details["largest"][0]
        if found.n == 1:
            return f"{format_size(found.value)} in one file, {largest['file']}."
        return (
            f"{format_size(found.value)} in {found.n} files; the largest is {largest['file']} with "
            f"{format_size(largest['bytes'])}."
        )


def _sizes(facts: Facts) -> dict[str, int]:
    """Bytes by file, of the artefact or of a model file."""
    place: Path | None = facts[ARTEFACT] or getattr(facts[SCORER], "files", None)
    if place is None:
        return {}
    if place.is_file():
        return {place.name: place.stat().st_size}
    return {
        path.relative_to(place).as_posix(): path.stat().st_size
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }
