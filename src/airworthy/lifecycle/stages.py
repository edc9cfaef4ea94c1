"""Stages by key: a stage whose inputs did not change is not run again, also after a `kill -9`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.budget import Budget
from airworthy.kernel.canonical import Json
from airworthy.kernel.digest import digest_json, source_digest
from airworthy.lifecycle.context import Context


@dataclass(frozen=True)
class Run:
    """A run in progress."""

    name: str
    context: Context
    budget: Budget

    def stage(
        self, name: str, inputs: Mapping[str, Json], compute: Callable[[], Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """The JSON document that `compute` makes, remembered under the digest of everything that goes in."""
        key = stage_key(name, inputs, self.context.charter.seed)
        registry = self.context.registry
        known = registry.stage_output(key)
        if known is not None:
            document: Mapping[str, Any] = json.loads(registry.blobs.get(known))
            return document
        began = time.monotonic()
        with self.budget.stage(name):
            document = compute()
        data = json.dumps(document, sort_keys=True, allow_nan=False, ensure_ascii=False).encode("utf-8")
        registry.finish_stage(
            self.name, name, key, data, seconds=time.monotonic() - began, actor=self.context.actor
        )
        return document


def stage_key(name: str, inputs: Mapping[str, Json], seed: int) -> str:
    """Inputs, seed and the digest of the installed sources: what a stage's output depends on."""
    return digest_json({"stage": name, "inputs": dict(inputs), "seed": seed, "sources": source_digest()})
