"""A model that is code, asked from outside its sandbox: `aw.load_untrusted(path, allow="sha256:…")`."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from airworthy.adapters.foreign_detect import RUNS_CODE, detect
from airworthy.adapters.sandbox import rows
from airworthy.adapters.sandbox.answers import BATCH, OPENING, SCORING, expected, scored
from airworthy.adapters.sandbox.confine import NEEDED, Protection
from airworthy.adapters.sandbox.messages import MOST_CLASSES, Failed, Open, Opened, Ready
from airworthy.adapters.sandbox.permission import not_allowed, sealed_copy
from airworthy.adapters.sandbox.process import START_SECONDS, Limits, Process, SandboxFailed
from airworthy.assurance.asked import Answers
from airworthy.assurance.given import FEW_REQUESTS, ModelRefused
from airworthy.kernel.errors import InputError

_CONFINED = "it was confined"


class WeakSandbox(InputError):
    """This machine cannot keep a model's code from doing harm."""

    code = "weak-sandbox"


def load_untrusted(
    path: str | Path,
    *,
    allow: str | None = None,
    allow_weak_sandbox: bool = False,
    seconds: float = Limits.seconds,
    memory_bytes: int = Limits.memory_bytes,
) -> SandboxedModel:
    """Open a pickle, joblib, cloudpickle, torch or Keras model, which is code, in a process without rights.

    The process reaches no network, writes no file, starts no program, signals nobody and reads Python's
    libraries only; it answers in numbers. It is ended with this one, by `close`, or after `seconds`.

    Parameters
    ----------
    path : the file.
    allow : its digest, as the refusal without it says: the word of a person who knows who made the file.
    allow_weak_sandbox : open it also where this machine offers fewer protections; `missing` names them.
    seconds : that opening it, or one answer to at most 10,000 rows, may take.
    memory_bytes : that its process may take, libraries included.

    Raises
    ------
    CodeNotAllowed
        `allow` is absent or names other bytes.
    WeakSandbox
        A protection is missing on this machine.
    SandboxFailed
        The model cannot be opened there.
    InputError
        There is no such file, or it needs no sandbox.
    """
    place = Path(path)
    if not place.is_file():
        raise InputError(f"There is no file {place}.", value=str(place), remedy="Name the model's own file.")
    kind = detect(place)
    if kind not in RUNS_CODE:
        raise InputError(
            f"{place.name} is {kind}, and opening it runs no code.",
            value=str(place),
            remedy="Check it without a permission: airworthy check MODEL DATA --target COLUMN",
        )
    if allow is None:
        raise not_allowed(place, kind)
    limits = Limits(seconds, memory_bytes)
    model = sealed_copy(place, allow, memory_bytes // 2)
    try:
        return SandboxedModel(Process(model, place.name, limits), allow_weak_sandbox, place)
    finally:
        os.close(model)


class SandboxedModel:
    """Asks the child in batches, in the order of the rows.

    Attributes
    ----------
    kind : the name of the model's own class, by its own account.
    inputs : columns that it names; empty where it names none.
    classes : labels in the order of the probabilities; empty where it names none.
    missing : protections that this machine does not offer.
    files, process_id : where it was read from, and the process that holds it.
    """

    probe_sizes = FEW_REQUESTS
    where = "this machine, in a sandbox"

    def __init__(self, process: Process, allow_weak_sandbox: bool, path: Path) -> None:
        self._process, self.files = process, path
        self.process_id = process.pid
        # Also where it is forgotten, and at the end of the interpreter.
        self._finalizer = weakref.finalize(self, process.end)
        self.missing = self._ready(allow_weak_sandbox)
        process.say(Open(), OPENING)
        opened = expected(process, process.hear(OPENING), Opened, OPENING, self._not_opened)
        if len(opened.classes) > MOST_CLASSES:
            raise process.broken(f"it names {len(opened.classes):,} classes", OPENING)
        self.kind, self.inputs = opened.kind, tuple(opened.inputs)
        self.classes: tuple[Any, ...] = tuple(opened.classes)
        if opened.regressor:
            self._estimator_type = "regressor"  # as scikit-learn's models say it

    def answers(self, table: Any) -> Answers:
        """What the model says of the rows of a frame, a matrix or bare texts.

        Raises
        ------
        ModelRefused
            It raises an error on these rows.
        SandboxFailed
            It ended, took too long, or answered with other than one answer a row.
        """
        ask = rows.sent(table)
        count = rows.height(ask)
        parts = [
            scored(self._process, rows.part(ask, start, start + BATCH), min(BATCH, count - start), _refused)
            for start in range(0, count, BATCH)
        ]
        if len({part.shape[1:] for part in parts}) > 1:
            raise self._process.broken("its answers to two batches have two shapes", SCORING)
        return Answers(np.concatenate(parts) if parts else np.empty(0))

    def close(self) -> None:
        """End the process now."""
        self._finalizer()

    def asked(self) -> str:
        """How it was asked, in one sentence."""
        if not self.missing:
            return f"{self._process.name} ran in a sandbox: {_listed(tuple(Protection))}."
        return (
            f"{self._process.name} ran in a weak sandbox. Missing on this machine: {_listed(self.missing)}."
        )

    def _ready(self, allow_weak_sandbox: bool) -> tuple[Protection, ...]:
        said = self._process.hear(_CONFINED, seconds=START_SECONDS)
        ready = expected(self._process, said, Ready, _CONFINED, self._not_opened)
        missing = tuple(Protection[name] for name in ready.missing)
        lacking = tuple(protection for protection in missing if protection in NEEDED)
        if lacking and not allow_weak_sandbox:
            self.close()
            raise WeakSandbox(
                f"This machine cannot promise of a model's code: {_listed(lacking)}.",
                value=", ".join(protection.name.lower() for protection in lacking),
                remedy="Run it on a Linux machine with seccomp and Landlock (kernel 5.13 or later), or "
                "accept the risk: --allow-weak-sandbox",
            )
        return missing

    def _not_opened(self, failed: Failed) -> SandboxFailed:
        self.close()
        return _not_opened(self._process.name, failed)


def _refused(failed: Failed) -> ModelRefused:
    why = failed.text or failed.kind
    return ModelRefused(
        f"The model refuses these rows: {why}.".replace("..", "."),
        value=why,
        remedy="Give rows as the model was trained on, or put a step before it that takes them.",
    )


def _not_opened(name: str, failed: Failed) -> SandboxFailed:
    remedies = {
        "ModuleNotFoundError": "Install the package that it needs here, in the version it was made with.",
        "MemoryError": "Allow it more memory: aw.load_untrusted(..., memory_bytes=...).",
        "PermissionError": "Its code tried what no model needs to be opened. Do not trust it.",
        "BlockingIOError": "Its code tried what no model needs to be opened. Do not trust it.",
        "NotAModel": "Save the fitted model itself, or score your rows yourself and check the predictions.",
    }
    return SandboxFailed(
        f"{name} could not be opened in the sandbox: {failed.kind}: {failed.text}.".replace("..", "."),
        value=failed.kind,
        remedy=remedies.get(failed.kind, "Open it with the versions of the libraries that it was made with."),
    )


def _listed(protections: tuple[Protection, ...]) -> str:
    return "; ".join(protections)
