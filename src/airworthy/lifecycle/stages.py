"""Stages by key: a stage whose inputs did not change is not run again, also after a `kill -9`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from airworthy.kernel.budget import Budget
from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json, source_digest
from airworthy.kernel.errors import IntegrityError
from airworthy.lifecycle.context import Context


@dataclass(frozen=True)
class Run:
    """A run in progress.

    Attributes
    ----------
    reused : stages whose output an earlier run had made.
    not_run : what the budget left no room for, in words.
    put_off : the same of expensive checks that nothing waits for.
    """

    name: str
    context: Context
    budget: Budget
    reused: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)

    def leave_out(self, what: str) -> None:
        """Say that the budget ended before `what` could be done; it stands in the evidence."""
        text = f"{what}: not run, because {self.budget.binding} left no time for it."
        self.not_run.append(text)
        self.context.progress.note(text)

    def put_off_checks(self, names: Sequence[str]) -> None:
        """Say that expensive checks that nothing waits for found no time; a later run finds it."""
        text = (
            f"{len(names)} expensive checks ({', '.join(names)}): put off, because {self.budget.binding} "
            "left no time for them. Nothing waits for them; the same command with more time runs them."
        )
        self.put_off.append(text)
        self.context.progress.note(text)

    def stage(
        self,
        name: str,
        inputs: Mapping[str, Json],
        compute: Callable[[], Mapping[str, Any]],
        usable: Callable[[Mapping[str, Any]], bool] = lambda document: True,
    ) -> Mapping[str, Any]:
        """The JSON document that `compute` makes, remembered under the digest of everything that goes in.

        Parameters
        ----------
        usable : whether the files that a remembered document names are still what they were; if not, the
            stage runs again and makes them again.

        A document that says `incomplete` is not remembered: with more time the stage would make another one.
        """
        key = stage_key(name, inputs, self.context.charter.seed)
        registry = self.context.registry
        known = self._known(name, key)
        if known is not None and usable(known):
            self.reused.append(name)
            return known
        began = time.monotonic()
        with self.budget.stage(name):
            document = compute()
        if document.get("incomplete"):
            return document
        data = json.dumps(document, sort_keys=True, allow_nan=False, ensure_ascii=False).encode("utf-8")
        registry.finish_stage(
            self.name, name, key, data, seconds=time.monotonic() - began, actor=self.context.actor
        )
        return document

    def _known(self, name: str, key: str) -> Mapping[str, Any] | None:
        """What an earlier run kept for this stage, if it is still what was recorded."""
        digest = self.context.registry.stage_output(key)
        if digest is None:
            return None
        try:
            document: Mapping[str, Any] = json.loads(self.context.registry.blobs.get(digest))
        except IntegrityError:
            self.context.progress.note(f"What the stage {name} kept was altered: it runs again.")
            return None
        return document


def stage_key(name: str, inputs: Mapping[str, Json], seed: int) -> str:
    """Inputs, seed and the digest of the installed sources: what a stage's output depends on."""
    return digest_json({"stage": name, "inputs": dict(inputs), "seed": seed, "sources": source_digest()})
