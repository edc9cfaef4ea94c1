"""The gate opens for passed or waived evidence, an opened seal and enough signatures, not for less."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from workspace_scene import PLAN, SIGNERS, Scene, make_charter, result

from airworthy.kernel.errors import GateClosed, InputError
from airworthy.kernel.result import Verdict
from airworthy.registry.views import Stage

LATER = datetime(2026, 6, 1, tzinfo=UTC)
SUBJECT = "group:sex=Female"


def open_and_measure(scene: Scene, fairness: Verdict = Verdict.PASS, **charter: int) -> str:
    declared = scene.declare(make_charter(**charter))  # type: ignore[arg-type]
    version = scene.train(declared)
    scene.registry.open_sealed(version.seal, version.version, "promotion to staging")
    scene.measure(version.version, declared, fairness)
    return version.version


def waive(scene: Scene, version: str, person: str = "bob") -> None:
    scene.registry.give_waiver(
        version, "FAI001", SUBJECT, person, SIGNERS[person], reason="small group", expires=LATER
    )


def test_passed_evidence_goes_to_staging_and_two_signatures_to_production(scene: Scene) -> None:
    version = open_and_measure(scene)
    assert scene.registry.move(version, "staging").open
    first = scene.registry.decide_gate(version, "production")
    assert (first.open, first.approvals_missing, first.may_approve) == (False, 2, ("bob", "cem"))
    scene.registry.approve(version, "bob", SIGNERS["bob"])
    scene.registry.approve(version, "bob", SIGNERS["bob"])
    assert scene.registry.gate(version, "production").approvals_missing == 1, "twice is one approver"
    scene.registry.approve(version, "cem", SIGNERS["cem"])
    decision = scene.registry.move(version, "production")
    assert decision.open
    assert [a.person for a in decision.approvals] == ["bob", "cem"]
    assert scene.registry.version(version).stage is Stage.PRODUCTION


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.PASS])
def test_only_a_pass_opens_the_gate(scene: Scene, verdict: Verdict) -> None:
    version = open_and_measure(scene, verdict)
    with pytest.raises(GateClosed, match=f"FAI001 {SUBJECT}: {verdict}") as caught:
        scene.registry.move(version, "staging")
    assert caught.value.exit_code == 1
    decisions = scene.registry.store.select("gates")
    assert [row["open"] for row in decisions] == [False], "a refusal is written down too"
    assert decisions[0]["obstacles"][0]["code"] == "FAI001"
    assert scene.registry.version(version).stage is Stage.CANDIDATE


def test_a_required_result_that_is_missing_or_doubled_keeps_it_shut(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    version = scene.train(charter)
    scene.registry.open_sealed(version.seal, "v1", "test")
    document = {
        "version": "v1",
        "charter": {"digest": charter.digest},
        "plan": PLAN.as_json(),
        "plan_digest": PLAN.digest,
        "results": [result("PER001", "model", Verdict.PASS)] * 2,
    }
    scene.registry.record_evidence("v1", document)
    found = {(o.code, o.verdict) for o in scene.registry.gate("v1", "staging").obstacles}
    assert found == {("PER001", "DOUBLED"), ("FAI001", "MISSING")}


def test_a_waiver_opens_the_gate_until_it_expires(scene: Scene) -> None:
    version = open_and_measure(scene, Verdict.FAIL)
    waive(scene, version)
    decision = scene.registry.move(version, "staging")
    assert [(w.code, w.person) for w in decision.waivers] == [("FAI001", "bob")]
    scene.clock.time = LATER + timedelta(seconds=1)
    late = scene.registry.gate(version, "production")
    assert [o.code for o in late.obstacles] == ["FAI001"]


def test_new_evidence_voids_approvals_and_waivers(scene: Scene) -> None:
    version = open_and_measure(scene, Verdict.FAIL)
    waive(scene, version)
    scene.registry.approve(version, "bob", SIGNERS["bob"])
    assert scene.registry.gate(version, "staging").open
    scene.measure(version, make_charter(), Verdict.FAIL, note="measured again")
    decision = scene.registry.gate(version, "production")
    assert decision.approvals == decision.waivers == ()
    assert [o.code for o in decision.obstacles] == ["FAI001"]


def test_a_changed_charter_voids_signatures_and_evidence(scene: Scene) -> None:
    version = open_and_measure(scene)
    scene.registry.approve(version, "bob", SIGNERS["bob"])
    scene.declare(make_charter(marker="c2"))
    decision = scene.registry.gate(version, "production")
    assert [(o.subject, o.verdict) for o in decision.obstacles] == [("charter", "STALE")]
    assert decision.approvals == ()
    scene.declare(make_charter(marker="c1"))
    assert len(scene.registry.gate(version, "production").approvals) == 1, "the charter was put back"


def test_a_signature_with_a_key_that_is_declared_no_more_counts_for_nothing(scene: Scene) -> None:
    version = open_and_measure(scene)
    scene.registry.approve(version, "bob", SIGNERS["bob"])
    connection = sqlite3.connect(scene.workspace / "airworthy.db")
    with connection:  # somebody claims bob's signature for cem
        connection.execute("UPDATE approvals SET person = 'cem'")
    connection.close()
    assert scene.registry.gate(version, "production").approvals == ()


def test_the_sealed_test_must_be_opened_and_then_measured(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    version = scene.train(charter)
    scene.measure("v1", charter)
    shut = scene.registry.gate("v1", "staging").obstacles
    assert [(o.code, o.verdict) for o in shut] == [("sealed-test", "NOT_RUN")]
    assert "was not opened" in shut[0].finding
    scene.registry.open_sealed(version.seal, "v1", "promotion")
    assert "since the sealed test was opened" in scene.registry.gate("v1", "staging").obstacles[0].finding
    scene.measure("v1", charter, note="with sealed figures")
    assert scene.registry.gate("v1", "staging").open


def test_beyond_the_declared_number_of_openings_fresh_rows_are_needed(scene: Scene) -> None:
    charter = scene.declare(make_charter(max_openings=2))
    answers = []
    for number in range(3):
        version = scene.train(charter, weights=b"w%d" % number)
        count = scene.registry.open_sealed(version.seal, version.version, "promotion")
        scene.measure(version.version, charter)
        answers.append((count, scene.registry.gate(version.version, "staging").open))
    assert answers == [(1, True), (2, True), (3, False)]
    finding = scene.registry.gate("v3", "staging").obstacles[0].finding
    assert finding.startswith("Fresh rows needed: this was opening 3")
    assert [o.version for o in scene.registry.openings("sha256:" + "2" * 64)] == ["v1", "v2", "v3"]
    assert scene.registry.gate("v1", "staging").open, "later openings do not shut what was open"


def test_a_stage_cannot_be_skipped_and_a_typo_is_answered(scene: Scene) -> None:
    version = open_and_measure(scene)
    with pytest.raises(InputError, match="stands in candidate and cannot go to production"):
        scene.registry.move(version, "production")
    with pytest.raises(InputError, match="There is no stage 'prod'"):
        scene.registry.move(version, "prod")
    with pytest.raises(InputError, match=r"There is no version 'v11'.*Did you mean v1"):
        scene.registry.move("v11", "staging")


def test_production_holds_one_version_and_the_earlier_one_retires(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    scene.to_production(charter)
    scene.to_production(charter, weights="better")
    assert [(v.version, str(v.stage)) for v in scene.registry.versions()] == [
        ("v1", "retired"),
        ("v2", "production"),
    ]


def test_two_decisions_at_once_are_taken_one_after_the_other(scene: Scene) -> None:
    """A second process writes between reading and writing: the decision is taken again."""
    version = open_and_measure(scene)
    registry = scene.registry
    plain_append, disturbed = registry.store.append_many, []

    def append_many(items, *, actor, expect=None):  # type: ignore[no-untyped-def]
        if not disturbed:
            disturbed.append(True)
            plain_append([("note", {"text": "somebody else"})], actor="eve")
        return plain_append(items, actor=actor, expect=expect)

    registry.store.append_many = append_many  # type: ignore[method-assign]
    assert registry.move(version, "staging").open
    kinds = [entry.kind for entry in registry.store.entries()]
    assert kinds[-3:] == ["note", "gate.decided", "version.moved"]


def test_evidence_must_be_of_its_version_and_carry_its_own_plan(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    scene.train(charter)
    document = {
        "version": "v2",
        "charter": {"digest": charter.digest},
        "plan": PLAN.as_json(),
        "plan_digest": PLAN.digest,
        "results": [],
    }
    with pytest.raises(InputError, match="The evidence is of v2"):
        scene.registry.record_evidence("v1", document)
    with pytest.raises(InputError, match="with Plan sha256:00"):
        scene.registry.record_evidence("v1", {**document, "version": "v1", "plan_digest": "sha256:00"})
