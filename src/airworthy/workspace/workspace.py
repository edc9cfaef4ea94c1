"""One workspace: the charter a person wrote, and everything Airworthy made from it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from airworthy.adapters.keys import load_signer
from airworthy.adapters.open_registry import create_registry
from airworthy.adapters.run_lock import run_lock
from airworthy.charter.parse import load_charter
from airworthy.data import read_file
from airworthy.kernel.clock import SystemClock, rfc3339
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.kernel.home import HOME
from airworthy.kernel.ports import Clock, Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.units import Money, parse_duration
from airworthy.lifecycle.ahead import Ahead, ahead
from airworthy.lifecycle.choose import choose_candidate, menu_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.dossiers import version_document, write_dossier
from airworthy.lifecycle.inside_budget import Overrun
from airworthy.lifecycle.lists_live import Lists, recommend_users
from airworthy.lifecycle.live import monitor
from airworthy.lifecycle.outcomes import take_outcomes
from airworthy.lifecycle.outlook.answer import Foreseen
from airworthy.lifecycle.outlook.logged import logged_rows
from airworthy.lifecycle.outlook.of_version import foresee
from airworthy.lifecycle.promote import promote
from airworthy.lifecycle.run import run_charter
from airworthy.registry.views import GateDecision
from airworthy.workspace.place import charter_path

if TYPE_CHECKING:
    import polars as pl

    from airworthy.assurance.mitigation.report import Line, Mitigation
    from airworthy.assurance.privacy.report import PrivacyReport
    from airworthy.assurance.stress.report import Stress
    from airworthy.charter.model import Charter, Direction
    from airworthy.lifecycle.hardening.report import Hardened
    from airworthy.lifecycle.poisoning.report import PoisonReport


class Workspace:
    """Open one with `Workspace.open`; use it as a context manager or call `close`.

    >>> Workspace.open("nowhere")
    Traceback (most recent call last):
    ...
    airworthy.kernel.errors.InputError: There is no charter at nowhere. Write one: airworthy init DATA.csv ...
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @classmethod
    def open(
        cls,
        place: str | Path = ".",
        *,
        progress: Progress | None = None,
        clock: Clock | None = None,
        actor: str | None = None,
    ) -> Workspace:
        """Open the workspace of a charter.

        Parameters
        ----------
        place : `airworthy.toml`, or the folder that holds it.
        progress : where long work tells how far it is; silent by default.
        actor : your name in the ledger; the charter's author by default, else the login name.
        """
        path = charter_path(Path(place))
        charter = load_charter(path)
        authors = charter.people_with("author")
        who = actor or (authors[0].name if authors else getpass.getuser())
        home = path.resolve().parent / HOME
        clock = clock or SystemClock()
        context = Context(
            charter=charter,
            charter_bytes=path.read_bytes(),
            home=home,
            registry=create_registry(home, clock, actor=who),
            clock=clock,
            progress=progress or QuietProgress(),
            actor=who,
            fetch=_fetch_missing,
        )
        return cls(context)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        closing = getattr(self._context.registry.store, "close", None)
        if closing is not None:
            closing()

    @property
    def context(self) -> Context:
        """Charter, registry and ports, for those who build on the workspace."""
        return self._context

    def run(
        self, *, spent_before: float = 0.0, overrun: Callable[[AirworthyError], None] | None = None
    ) -> dict[str, Any]:
        """Run the charter to a version; its document. Continues an interrupted run; does nothing twice.

        Parameters
        ----------
        spent_before : seconds that count against the budget too: of a command, what starting it took.
        overrun : ends the process where the run hangs beyond its limit; without it, it is waited for.
        """
        with run_lock(self._context.home):
            return run_charter(self._context, spent_before=spent_before, overrun=overrun)

    def menu(self, version: str | None = None) -> dict[str, Any]:
        """What was trained beside a version, by default the newest, and what each candidate trades."""
        return menu_of(self._context, version)

    def choose(self, version: str, candidate: str, reason: str) -> dict[str, Any]:
        """Make a new version of another candidate on the menu of `version`; its document, as `run` gives."""
        with run_lock(self._context.home):
            return choose_candidate(self._context, version, candidate, reason)

    def ahead(self, version: str | None = None) -> Ahead:
        """What a version expects of every series after the latest outcome, as far as the horizon."""
        return ahead(self._context, version)

    def recommend(self, version: str | None = None, users: Path | None = None, k: int | None = None) -> Lists:
        """Lists of a version for the users of a table, or for every user that it knows."""
        table = None if users is None else read_file(users)
        return recommend_users(self._context, version, table, k)

    def foresee(
        self,
        version: str | None = None,
        coming: pl.DataFrame | None = None,
        labelled: pl.DataFrame | None = None,
        label_cost: Money | None = None,
    ) -> Foreseen:
        """The quality to expect of a version; `coming` rows are of the next period; `labelled` too."""
        return foresee(self._context, version, coming, labelled, label_cost)

    def logged_rows(self, version: str | None = None) -> pl.DataFrame:
        """The newest requests that a version answered, as `coming` rows of `foresee`."""
        return logged_rows(self._context, version)

    def mitigate(
        self,
        version: str | None = None,
        *,
        strength: float = 0.7,
        directions: Mapping[str, Direction] | None = None,
        spent_before: float = 0.0,
        overrun: Overrun | None = None,
    ) -> Mitigation:
        """Every remedy for a gap between groups beside a version's recipe; nothing is adopted."""
        # Only remedies need the search and its measures: nobody who shows a version waits for them.
        from airworthy.lifecycle.remedies.of_version import mitigate

        with run_lock(self._context.home):
            return mitigate(
                self._context,
                version,
                strength=strength,
                directions=directions,
                spent_before=spent_before,
                overrun=overrun,
            )

    def privacy(
        self,
        version: str | None = None,
        *,
        deep: bool = False,
        spent_before: float = 0.0,
        overrun: Overrun | None = None,
    ) -> PrivacyReport:
        """What clients can learn of the people in a version's rows, by models of its recipe."""
        # Only attacks need the search: nobody who shows a version waits for it.
        from airworthy.lifecycle.stand_ins.privacy import probe_privacy

        with run_lock(self._context.home):
            return probe_privacy(
                self._context, version, deep=deep, spent_before=spent_before, overrun=overrun
            )

    def stress(self, version: str | None = None, *, answers: int | None = None, deep: bool = False) -> Stress:
        """What messy, reworded and curious input does to a version, on development rows."""
        from airworthy.workspace.stressing import stress_version  # only attacks need it

        return stress_version(
            self._context, version, answers=answers, deep=deep, progress=self._context.progress
        )

    def poison(
        self, version: str | None = None, *, spent_before: float = 0.0, overrun: Overrun | None = None
    ) -> PoisonReport:
        """What planted labels do to a version's recipe, and whether its rows hold some."""
        from airworthy.lifecycle.poisoning.of_version import poison  # as above

        with run_lock(self._context.home):
            return poison(self._context, version, spent_before=spent_before, overrun=overrun)

    def adopt(self, found: Mitigation, remedy: str) -> list[str]:
        """Write the lines that adopt a measured remedy into airworthy.toml; the next run heeds them."""
        from airworthy.lifecycle.remedies.adopt import adopt  # as above

        return adopt(self._context.charter.path, found, remedy)

    def harden(
        self,
        version: str | None = None,
        *,
        directions: Mapping[str, Direction] | None = None,
        spent_before: float = 0.0,
        overrun: Overrun | None = None,
    ) -> Hardened:
        """Every way to make decisions harder to flip beside a version's recipe; nothing is adopted."""
        from airworthy.lifecycle.hardening.of_version import harden  # as `mitigate`

        with run_lock(self._context.home):
            return harden(
                self._context,
                version,
                directions=directions,
                spent_before=spent_before,
                overrun=overrun,
            )

    def adopt_lines(self, lines: Sequence[Line]) -> list[str]:
        """Write lines into airworthy.toml; the next run heeds them."""
        from airworthy.lifecycle.remedies.adopt import write_lines  # as above

        return write_lines(self._context.charter.path, lines)

    def versions(self) -> list[dict[str, Any]]:
        """All versions, oldest first."""
        return [
            {
                "version": view.version,
                "stage": str(view.stage),
                "digest": view.digest,
                "learner": view.learner,
                "author": view.author,
                "created": view.created,
            }
            for view in self._context.registry.versions()
        ]

    def show(self, version: str) -> dict[str, Any]:
        """Everything known of a version; `charter_changed`: airworthy.toml is not the one declared last."""
        charter, registry = self._context.charter, self._context.registry
        document = version_document(self._context, version)
        changed = registry.charter(registry.version(version).charter_name).digest != charter.digest
        return {**document, "charter_changed": changed}

    def declare(self) -> None:
        """Judge by the charter as it stands in the file now: an edit voids what was signed before it."""
        context = self._context
        context.registry.declare_charter(context.charter, context.charter_bytes, actor=context.actor)

    def dossier(self, version: str, output: Path | None = None) -> Path:
        """Write the dossier of a version; its path."""
        return write_dossier(self._context, version, output)

    def approve(self, version: str, name: str, comment: str = "", *, stamp: str = "") -> dict[str, Any]:
        """Sign a version with the key of `name`."""
        self.declare()
        registry = self._context.registry
        approval = registry.approve(version, name, load_signer(name), comment=comment, stamp=stamp)
        gate = registry.gate(version, "production")
        return {
            "version": version,
            "person": name,
            "time": approval.time,
            "stamp": stamp,
            "missing": gate.approvals_missing,
            "open_items": len(gate.obstacles),
        }

    def waive(
        self, version: str, code: str, subject: str, reason: str, expires: str, name: str, *, stamp: str = ""
    ) -> dict[str, Any]:
        """Waive one open item; `expires` is a duration such as `30d`."""
        try:
            until = self._context.clock.now() + timedelta(seconds=parse_duration(expires))
        except ValueError as error:
            raise InputError(str(error), value=expires, remedy="Write for example --expires 30d.") from None
        self.declare()
        self._context.registry.give_waiver(
            version, code, subject, name, load_signer(name), reason=reason, expires=until, stamp=stamp
        )
        return {
            "version": version,
            "code": code,
            "subject": subject,
            "person": name,
            "reason": reason,
            "expires": rfc3339(until),
            "stamp": stamp,
        }

    def promote(self, version: str, stage: str = "staging") -> GateDecision:
        """Ask the gate to `stage`; see `GateDecision.open`."""
        with run_lock(self._context.home):
            self.declare()
            return promote(self._context, version, stage)

    def rollback(self, reason: str = "asked for") -> dict[str, Any]:
        """Make the previous production version live again."""
        release = self._context.registry.rollback(reason=reason, actor=self._context.actor)
        return {"version": release.version, "mode": release.mode, "reason": release.reason}

    def switch(self, mode: str, reason: str = "asked for") -> dict[str, Any]:
        """Let the declared rule decide (`fallback`), or the model again (`model`)."""
        release = self._context.registry.switch(mode, reason=reason, actor=self._context.actor)
        return {"version": release.version, "mode": release.mode, "reason": release.reason}

    def outcomes(self, file: Path) -> dict[str, Any]:
        """Take in a table of outcomes: request_id, outcome and optionally time."""
        return take_outcomes(self._context, read_file(file), file)

    def monitor(self) -> dict[str, Any]:
        """Watch all traffic so far; see docs/json.md for the keys."""
        return monitor(self._context)


def _fetch_missing(charter: Charter, progress: Progress) -> None:
    from airworthy.workspace.sources import fetch_missing  # only remote sources need their fetchers

    fetch_missing(charter, progress)
