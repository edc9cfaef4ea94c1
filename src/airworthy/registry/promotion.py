"""The gate: asks the evidence, the seal and the signatures, and moves a version when all of them agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import InputError
from airworthy.kernel.gate import Binding
from airworthy.registry import records as r
from airworthy.registry.closing import evidence_obstacles, gate_closed, obstacle_json, seal_obstacles
from airworthy.registry.signatures import SignatureBook, approvers, is_author
from airworthy.registry.statements import Approval, SignedWaiver
from airworthy.registry.views import ApprovalView, GateDecision, Stage, VersionView, WaiverView

SELF_APPROVED = "self-approved"
NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.CANDIDATE: frozenset({Stage.STAGING, Stage.RETIRED}),
    Stage.STAGING: frozenset({Stage.PRODUCTION, Stage.RETIRED}),
    Stage.PRODUCTION: frozenset({Stage.RETIRED}),
    Stage.RETIRED: frozenset({Stage.STAGING}),
}


class PromotionBook(SignatureBook):
    """What the gate answers, and moving a version through it."""

    def gate(self, version: str, stage: Stage | str) -> GateDecision:
        """What the gate to `stage` would answer now. Writes nothing."""
        with self.store.reading():
            return self._gate(self.version(version), _stage(stage))

    def admission(self, version: str, stage: Stage | str) -> GateDecision:
        """The recorded decision that let `version` into `stage`. Raises `InputError` when there is none."""
        with self.store.reading():
            view = self.version(version)
            rows = self.store.select("gates", version=version, stage=str(stage), open=True)
        if not rows:
            raise InputError(
                f"{version} was never let into {stage}.",
                value=version,
                remedy=f"Ask: airworthy promote {version} --stage {stage}",
            )
        return _decision_of(rows[-1], view)

    def decide_gate(self, version: str, stage: Stage | str, *, actor: str = "") -> GateDecision:
        """Ask the gate and record its answer."""

        def decide() -> tuple[list[r.Record], GateDecision]:
            answer = self._gate(self.version(version), _stage(stage))
            return [_decision_record(answer)], answer

        answer, entries = self._decide(decide, actor=actor)
        return replace(answer, seq=entries[0].seq)

    def move(self, version: str, stage: Stage | str, *, reason: str = "", actor: str = "") -> GateDecision:
        """Move a version. To staging and production only through an open gate, asked and recorded here.

        Who stood in production steps back to retired in the same transaction.

        Raises
        ------
        GateClosed
            With what is missing; the decision is recorded.
        InputError
            When a stage was skipped.
        """
        return self._move(version, _stage(stage), reason, actor)

    def _move(
        self, version: str, target: Stage, reason: str, actor: str, also: Sequence[r.Record] = ()
    ) -> GateDecision:
        """Move through the gate; `also` is written in the same transaction when it is open."""

        def decide() -> tuple[list[r.Record], GateDecision]:
            view = self.version(version)
            _refuse_skipped_stage(view, target)
            answer = self._gate(view, target)
            moves = [*self._moves(view, target, reason), *also] if answer.open else []
            return [_decision_record(answer), *moves], answer

        answer, entries = self._decide(decide, actor=actor)
        if not answer.open:
            raise gate_closed(answer)
        return replace(answer, seq=entries[0].seq)

    def _moves(self, view: VersionView, target: Stage, reason: str) -> list[r.Record]:
        """The moved version, and who must step back for it."""
        moves: list[r.Record] = []
        if target is Stage.PRODUCTION:
            live = self.store.select("versions", stage=str(target), charter_name=view.charter_name)
            moves = [
                r.VersionMoved(row["version"], str(target), str(Stage.RETIRED), f"replaced by {view.version}")
                for row in live
                if row["version"] != view.version
            ]
        return [*moves, r.VersionMoved(view.version, str(view.stage), str(target), reason)]

    def _gate(self, view: VersionView, target: Stage) -> GateDecision:
        charter = self.charter(view.charter_name)
        openings = [opening for opening in self.openings(view.seal) if opening.version == view.version]
        opened = openings[-1].number if openings else 0
        if target in (Stage.RETIRED, Stage.CANDIDATE):
            binding = Binding(view.digest, view.evidence, view.plan_digest, charter.digest)
            return GateDecision(view.version, target, True, (), (), 0, (), binding, opened)
        binding = self.binding(view.version)
        waivers = self._counted_waivers(view, charter, binding)
        shut = [
            *evidence_obstacles(self.evidence(view.version), view, waivers, binding, self.clock.now()),
            *seal_obstacles(view, charter, openings, self._evidence_seq(view)),
        ]
        approvals = self._counted_approvals(view, charter, binding)
        needed = charter.approvals if target is Stage.PRODUCTION else 0
        missing = max(0, needed - len(approvals))
        signed = {approval.person for approval in approvals}
        alone = any(a.self_approved for a in approvals) or any(w.self_approved for w in waivers)
        return GateDecision(
            version=view.version,
            stage=target,
            open=not shut and not missing,
            obstacles=tuple(shut),
            approvals=tuple(_approval_view(a) for a in approvals),
            approvals_missing=missing,
            waivers=tuple(_waiver_view(w) for w in waivers),
            binding=binding,
            openings=opened,
            note=SELF_APPROVED if alone else "",
            may_approve=tuple(
                name
                for name in approvers(charter)
                if name not in signed and not is_author(view, charter, name)
            ),
        )

    def _evidence_seq(self, view: VersionView) -> int:
        """The ledger entry that recorded the newest evidence."""
        return int(self.store.select("evidence", version=view.version)[-1]["seq"])


def _refuse_skipped_stage(view: VersionView, target: Stage) -> None:
    if target not in NEXT[view.stage]:
        ways = ", ".join(sorted(NEXT[view.stage]))
        raise InputError(
            f"{view.version} stands in {view.stage} and cannot go to {target}.",
            value=str(target),
            remedy=f"From {view.stage} it can go to: {ways}.",
        )


def _stage(stage: Stage | str) -> Stage:
    try:
        return Stage(stage)
    except ValueError:
        raise InputError(
            f"There is no stage {stage!r}.", value=stage, remedy=f"Use one of: {', '.join(Stage)}."
        ) from None


def _decision_of(row: Mapping[str, Any], view: VersionView) -> GateDecision:
    """An open gate as it was recorded."""
    approvals = tuple(ApprovalView(**item) for item in row["approvals"])
    waivers = tuple(WaiverView(**item) for item in row["waivers"])
    alone = any(a.self_approved for a in approvals) or any(w.self_approved for w in waivers)
    return GateDecision(
        version=view.version,
        stage=Stage(row["stage"]),
        open=True,
        obstacles=(),
        approvals=approvals,
        approvals_missing=0,
        waivers=waivers,
        binding=Binding(view.digest, row["evidence"], row["plan_digest"], row["charter_digest"]),
        openings=row["openings"],
        note=SELF_APPROVED if alone else "",
        seq=row["seq"],
    )


def _decision_record(answer: GateDecision) -> r.GateDecided:
    return r.GateDecided(
        version=answer.version,
        stage=str(answer.stage),
        open=answer.open,
        obstacles=[obstacle_json(obstacle) for obstacle in answer.obstacles],
        approvals=[approval.as_json() for approval in answer.approvals],
        approvals_missing=answer.approvals_missing,
        waivers=[waiver.as_json() for waiver in answer.waivers],
        evidence=answer.binding.evidence_digest,
        plan_digest=answer.binding.plan_digest,
        charter_digest=answer.binding.charter_digest,
        openings=answer.openings,
    )


def _approval_view(approval: Approval) -> ApprovalView:
    return ApprovalView(
        approval.person, approval.time, approval.comment, approval.stamp, approval.self_approved
    )


def _waiver_view(signed: SignedWaiver) -> WaiverView:
    waiver = signed.waiver
    return WaiverView(
        waiver.code,
        waiver.subject,
        waiver.person,
        waiver.reason,
        rfc3339(waiver.expires),
        signed.time,
        signed.stamp,
        signed.self_approved,
    )
