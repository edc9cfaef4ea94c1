"""`airworthy show` says which test of the reasons did not pass."""

from __future__ import annotations

import io

from evidence_fixture import document
from rich.console import Console

from airworthy.kernel.result import Result, Verdict
from airworthy.registry.dossier.terminal import print_version


def test_show_says_that_the_reasons_did_not_pass_their_test() -> None:
    failed = Result(
        "EXP002", "unfaithful-reasons", "model", Verdict.FAIL, "They do not.", "Do not show them."
    )
    given, out = document(), io.StringIO()
    print_version({**given, "results": [*given["results"], failed.as_json()]}, Console(file=out, width=100))
    assert "move the score no more than columns drawn at random" in " ".join(out.getvalue().split())
