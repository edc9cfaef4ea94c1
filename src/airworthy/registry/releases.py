"""What is live: the ledger says it first, the pointer file follows and is made again when it lags."""

from __future__ import annotations

import msgspec

from airworthy.kernel.errors import InputError, IntegrityError, WorkspaceError
from airworthy.registry import records as r
from airworthy.registry.artefact import artefact_files
from airworthy.registry.pointer import live_stack, make_pointer
from airworthy.registry.promotion import PromotionBook
from airworthy.registry.views import GateDecision, Release, Stage, VersionView
from airworthy.release.manifest import Manifest, pointer_path, read_pointer, write_pointer

PRODUCTION = "production"


class ReleaseBook(PromotionBook):
    """Publishing, switching to the fallback rule, and rolling back."""

    def publish(
        self, manifest: Manifest, *, stage: str = PRODUCTION, reason: str = "", actor: str = ""
    ) -> Release:
        """Make the manifest's version live in `stage`: ledger first, then the pointer that serving reads.

        Raises
        ------
        InputError
            When the version does not stand in that stage, or the manifest describes something else.
        IntegrityError
            When a file of the artefact is not what was recorded.
        """
        view = self.version(manifest.version)
        if str(view.stage) != stage:
            raise InputError(
                f"{view.version} stands in {view.stage}, not in {stage}.",
                value=view.version,
                remedy=f"Promote it first: airworthy promote {view.version} --stage {stage}",
            )
        record = self._release_record(view, manifest, stage, reason)
        self._append(record, actor=actor)
        return self._point(stage)

    def go_live(self, manifest: Manifest, *, reason: str = "", actor: str = "") -> GateDecision:
        """Through the gate to production and live, in one transaction: no kill leaves one without the other.

        Raises as `move` and `publish` do.
        """
        record = self._release_record(self.version(manifest.version), manifest, PRODUCTION, reason)
        decision = self._move(manifest.version, Stage.PRODUCTION, reason, actor, [record])
        self._point(PRODUCTION)
        return decision

    def _release_record(
        self, view: VersionView, manifest: Manifest, stage: str, reason: str
    ) -> r.ReleasePublished:
        """What publishing writes down, once the manifest describes this version and its files are intact."""
        if (manifest.digest, manifest.artefact) != (view.digest, view.artefact):
            raise InputError(
                f"The manifest names {manifest.artefact} with {manifest.digest}, not what {view.version} is.",
                value=manifest.artefact,
                remedy="Make the manifest from the version's record.",
            )
        self._require_intact(view)
        return r.ReleasePublished(view.version, stage, self._keep_manifest(manifest), "model", reason)

    def switch(self, mode: str, *, stage: str = PRODUCTION, reason: str, actor: str = "") -> Release:
        """Send a stage's traffic to the declared rule (`fallback`) or back to the model (`model`)."""
        if mode not in ("model", "fallback"):
            raise InputError(f"There is no mode {mode!r}.", value=mode, remedy="Use model or fallback.")
        now = self.live(stage)
        self._append(r.ReleaseSwitched(now.version, stage, now.manifest, mode, reason), actor=actor)
        return self._point(stage)

    def rollback(self, *, stage: str = PRODUCTION, reason: str = "", actor: str = "") -> Release:
        """Make the version that was live before live again.

        Raises `WorkspaceError` when nothing was live before, `IntegrityError` when its files were altered.
        """
        standing = live_stack(self.store.select("releases", stage=stage))
        if len(standing) < 2:
            live = standing[-1].version if standing else "nothing"
            raise WorkspaceError(
                f"There is nothing to go back to: {live} is the first release to {stage}.",
                value=live,
                remedy="Switch to the fallback rule instead, or promote another version.",
            )
        replaced, earlier = standing[-1], standing[-2]
        self._require_intact(self.version(earlier.version))
        moves: list[r.Record] = []
        if stage == PRODUCTION:
            moves = [
                r.VersionMoved(replaced.version, PRODUCTION, "retired", f"rolled back: {reason}"),
                r.VersionMoved(earlier.version, "retired", PRODUCTION, f"rolled back: {reason}"),
            ]
        back = r.RolledBack(earlier.version, stage, earlier.manifest, replaced.version, reason)
        self._append(*moves, back, actor=actor)
        return self._point(stage)

    def live(self, stage: str = PRODUCTION) -> Release:
        """What a stage serves, by the ledger. Raises `WorkspaceError` when nothing was released."""
        rows = self.store.select("releases", stage=stage)
        if not rows:
            raise WorkspaceError(
                f"Nothing is released to {stage}.",
                value=stage,
                remedy="Promote a version first: airworthy promote VERSION --stage production",
            )
        return Release.of(rows[-1])

    def releases(self) -> tuple[Release, ...]:
        """Every release, switch and rollback, oldest first."""
        return tuple(Release.of(row) for row in self.store.select("releases"))

    def recover(self) -> tuple[str, ...]:
        """Write the pointers that lag behind the ledger (a process died between the two); which stages.

        A pointer that is not older than the ledger is left alone: an altered one is for `verify` to report.
        """
        stages = sorted({release.stage for release in self.releases()})
        return tuple(stage for stage in stages if self._lags(stage))

    def _lags(self, stage: str) -> bool:
        live = self.live(stage)
        if (
            pointer_path(self.workspace, stage).exists()
            and read_pointer(self.workspace, stage).seq >= live.seq
        ):
            return False
        self._point(stage)
        return True

    def _point(self, stage: str) -> Release:
        live = self.live(stage)
        write_pointer(self.workspace, make_pointer(self.blobs, live), stage)
        return live

    def _keep_manifest(self, manifest: Manifest) -> str:
        head = self.store.head()
        quoted: dict[str, str | int] = {
            "size": head.size,
            "root": head.root,
            "time": head.time,
            "key_id": head.key_id,
            "signature": head.signature,
        }
        return self.blobs.put(msgspec.json.encode(msgspec.structs.replace(manifest, head=quoted)))

    def _require_intact(self, view: VersionView) -> None:
        found = artefact_files(self.workspace / view.artefact)
        changed = sorted(name for name in {*found, *view.files} if found.get(name) != view.files.get(name))
        if changed:
            raise IntegrityError(
                f"{view.version} is not what was recorded: {', '.join(changed[:5])} changed.",
                value=changed[0],
                remedy="Restore the files from a backup, or train again; see `airworthy verify`.",
            )
