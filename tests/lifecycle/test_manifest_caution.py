"""What goes live carries what the tests of its reasons found."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from airworthy.kernel.result import Result, Verdict
from airworthy.lifecycle.promote import manifest_of


def _manifest(*results: Result) -> str:
    charter = SimpleNamespace(
        name="late",
        serving=SimpleNamespace(fallback=None, latency_seconds=0.1),
        target=SimpleNamespace(matures_after=0.0),
        data=SimpleNamespace(entity=()),
    )
    evidence = {"results": [result.as_json() for result in results]}
    context = SimpleNamespace(charter=charter, registry=SimpleNamespace(evidence=lambda _: evidence))
    view = SimpleNamespace(version="v1", digest="d", artefact="models/v1")
    return manifest_of(cast(Any, context), cast(Any, view)).caution


def test_a_version_whose_reasons_jump_goes_live_with_a_caution() -> None:
    jumped = Result("EXP003", "reasons-jump", "model", Verdict.FAIL, "They jump.", "Say so.")
    assert _manifest(jumped).startswith("The first reasons change")


def test_a_version_whose_reasons_passed_goes_live_without_one() -> None:
    assert _manifest(Result("EXP003", "reasons-jump", "model", Verdict.PASS, "They hold.", "")) == ""
