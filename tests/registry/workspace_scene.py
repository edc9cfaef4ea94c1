"""A small workspace with a charter, a run, and a version whose evidence has one pass and one fail."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from airworthy.adapters.keys import Ed25519Signer
from airworthy.adapters.open_registry import create_registry
from airworthy.charter.model import Charter, Person, Promotion, Source, Split, Target, Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.digest import digest_bytes
from airworthy.kernel.plan import Plan, PlanItem
from airworthy.kernel.result import Result, Verdict
from airworthy.measures.epsilon import Gaussian
from airworthy.metering.spend import Spend
from airworthy.registry.privacy import Asked
from airworthy.registry.records import ScoresDelivered
from airworthy.registry.registry import Registry
from airworthy.registry.views import VersionView
from airworthy.release.manifest import Manifest

SIGNERS = {name: Ed25519Signer(bytes([number]) * 32) for number, name in enumerate(("ann", "bob", "cem"), 1)}
START = datetime(2026, 1, 1, tzinfo=UTC)


def make_charter(*names: str, approvals: int = 2, max_openings: int = 3, marker: str = "c1") -> Charter:
    people = tuple(
        Person(name, ("author", "approver"), SIGNERS[name].key_id) for name in names or ("ann", "bob", "cem")
    )
    return Charter(
        name="churn",
        purpose="Call customers before they leave.",
        task=Task.BINARY,
        target=Target("Churn"),
        sources=(Source("customers", "customers.csv"),),
        path=Path("airworthy.toml"),
        digest=digest_bytes(marker.encode()),
        people=people,
        promotion=Promotion(approvals),
        split=Split(max_openings=max_openings),
    )


PLAN = Plan((PlanItem("FAI001", "group:sex=Female", True), PlanItem("PER001", "model", True)))


def result(code: str, subject: str, verdict: Verdict) -> dict[str, object]:
    return Result(code, code.lower(), subject, verdict, f"It is {verdict}.", "Repair it.", True).as_json()


class Scene:
    """One workspace and the steps of a life in it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock(START)
        self.workspace = folder / ".airworthy"
        self.registry: Registry = create_registry(self.workspace, self.clock, actor="ann")

    def declare(self, charter: Charter) -> Charter:
        self.registry.declare_charter(charter, charter.digest.encode())
        return charter

    def train(self, charter: Charter, *, weights: bytes = b"weights", author: str = "ann") -> VersionView:
        registry = self.registry
        data = registry.blobs.put(b"rows")
        registry.record_snapshot("sha256:" + "1" * 64, data, rows=10, columns=3)
        seal = "sha256:" + "2" * 64
        registry.set_seal(seal, "sha256:" + "1" * 64, development_rows=8, sealed_rows=2, method="stratified")
        run = registry.start_run(charter.digest, author=author, seed=0, limit_seconds=60.0)
        folder = self.workspace / "models" / registry.next_version()
        folder.mkdir(parents=True)
        (folder / "scorer.json").write_bytes(b"{}")
        (folder / "model.txt").write_bytes(weights)
        version = registry.create_version(
            folder,
            run=run,
            author=author,
            task="binary",
            learner="linear",
            charter_name=charter.name,
            charter_digest=charter.digest,
            snapshot="sha256:" + "1" * 64,
            seal=seal,
        )
        registry.finish_run(run, version.version)
        return version

    def measure(
        self, version: str, charter: Charter, fairness: Verdict = Verdict.PASS, note: str = ""
    ) -> str:
        document = {
            "format": 1,
            "version": version,
            "charter": {"digest": charter.digest},
            "plan": PLAN.as_json(),
            "plan_digest": PLAN.digest,
            "audit": [],
            "results": [
                result("PER001", "model", Verdict.PASS),
                result("FAI001", "group:sex=Female", fairness),
            ],
            "note": note,
            "rows": {"sealed": self.registry.blobs.put(b"sealed rows")},
        }
        return self.registry.record_evidence(version, document)

    def to_staging(self, charter: Charter, fairness: Verdict = Verdict.PASS, **more: str) -> VersionView:
        """Train, open the sealed test, measure, move to staging."""
        version = self.train(charter, weights=more.get("weights", "weights").encode())
        self.registry.open_sealed(version.seal, version.version, "promotion to staging")
        self.measure(version.version, charter, fairness)
        self.registry.move(version.version, "staging")
        return self.registry.version(version.version)

    def to_production(self, charter: Charter, weights: str = "weights") -> VersionView:
        """All the way, signed by bob and cem, and live."""
        version = self.to_staging(charter, weights=weights)
        for name in ("bob", "cem"):
            self.registry.approve(version.version, name, SIGNERS[name])
        self.registry.move(version.version, "production")
        self.registry.publish(self.manifest(version))
        return self.registry.version(version.version)

    def manifest(self, version: VersionView) -> Manifest:
        return Manifest(
            charter_name=version.charter_name,
            version=version.version,
            digest=version.digest,
            artefact=version.artefact,
            latency_seconds=0.05,
        )

    def advance(self, **later: int) -> None:
        self.clock.time = self.clock.time.replace(**later)


def live_a_whole_life(scene: Scene) -> None:
    """Every kind of entry at least once."""
    registry = scene.registry
    charter = scene.declare(make_charter())
    run = registry.start_run(charter.digest, author="ann", seed=7, limit_seconds=60.0)
    registry.finish_stage(run, "audit", "sha256:key", b"output", seconds=1.5)
    registry.stop_run(run, "interrupted")
    registry.record_spend(run, {**Budget(60.0, 1.2, "EUR").as_json(), "stages": {"audit": 1.5}})
    registry.record_command_spend(
        "g1",
        Spend(60.0, 50.0, 0.02, "EUR", 0.001, "estimated: 3.5 W a busy core", 0.4, 10**8, 6.0),
        project="delays",
        person="ann",
        command="python train.py",
        outcome="exit 0",
        began="2026-05-01T10:00:00.000000Z",
        ended="2026-05-01T10:01:00.000000Z",
    )
    reserved = registry.reserve_privacy(
        Asked(
            run=run,
            charter_name="delays",
            charter_digest=charter.digest,
            fit="f1",
            unit="row",
            rows_per_unit=1,
            rows=100,
            epsilon=1.0,
            delta=1e-6,
            total_epsilon=4.0,
            mechanism=Gaussian(0.2),
            lineage=("place people.csv",),
            people=("ann", "bob"),
        )
    )
    registry.settle_privacy(reserved.id, "sha256:artefact")
    version = scene.train(charter)
    registry.open_sealed(version.seal, "v1", "promotion")
    scene.measure("v1", charter, Verdict.FAIL)
    registry.give_waiver(
        "v1",
        "FAI001",
        "group:sex=Female",
        "bob",
        SIGNERS["bob"],
        reason="small group",
        expires=datetime(2026, 6, 1, tzinfo=UTC),
        stamp="DEMO SIGNATURE",
    )
    registry.move("v1", "staging")
    for name in ("bob", "cem"):
        registry.approve("v1", name, SIGNERS[name], stamp="DEMO SIGNATURE")
    registry.move("v1", "production")
    registry.publish(scene.manifest(version))
    registry.publish_dossier("v1", b"<html>", scene.workspace / "dossiers" / "v1.html")
    registry.expect(
        "v1",
        "log_loss",
        value=0.31,
        low=0.2,
        high=0.4,
        level=0.9,
        unit="nats",
        period="December",
        random_split=0.25,
    )
    report = {"results": [{"verdict": "FAIL"}, {"verdict": "PASS"}, {"verdict": "FAIL"}]}
    registry.record_window("v1", start=START, end=START, rows=400, outcomes=0, report=report)
    registry.raise_alarm(
        "v1", "MON001", "column:wind", finding="It moved.", action="fallback", since=START, window_end=START
    )
    registry.record_outcomes(rows=10, matched=9, source="outcomes.csv", digest="sha256:0")
    registry.record_delivery(ScoresDelivered("crm", "api", "v1", 10, 2, 7, 1, 0, 0, 0, 7, 7))
    registry.sign_scope(
        "bob",
        SIGNERS["bob"],
        scope="sha256:" + "0" * 64,
        charter=charter.digest,
        answers=b"format = 1",
        document=b"format = 1",
        declared={"bob": SIGNERS["bob"].key_id},
    )
    registry.switch("fallback", reason="wind changed unit")
    registry.note("done")
    second = scene.to_production(charter, weights="two")
    assert second.version == "v2"
    registry.rollback(reason="worse")
