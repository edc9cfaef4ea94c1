"""What is live now: follows the release pointer, so that a rollback acts without a restart."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from airworthy.kernel.errors import AirworthyError
from airworthy.release.manifest import Pointer, pointer_path, read_pointer
from airworthy.scoring.recommending.spec import RECOMMENDER
from airworthy.serving.lists import ListPredictor
from airworthy.serving.predictor import Predictor

Released = Predictor | ListPredictor
"""What a stage can serve: answers to rows, or lists."""

RETRY = 10  # polls between two tries of a pointer that could not be followed: each try reads the artefact
KEPT = 2  # loaded versions: the champion before this one stays, so that a rollback is a swap


@dataclass
class Live:
    """The predictor of one stage. `current` is replaced whole, so a running request keeps the one it took.

    A pointer that cannot be followed (a tampered artefact, an unreadable file) changes nothing: what was
    live stays live and `problem` says why, until the pointer can be followed again.
    """

    workspace: Path
    stage: str
    current: Released
    note: Callable[[str], None]
    problem: AirworthyError | None = None
    _seen: tuple[int, int, int] | None = None
    _waited: int = 0
    _loaded: dict[str, Released] = field(default_factory=dict)

    @classmethod
    def open(cls, workspace: Path, stage: str, note: Callable[[str], None]) -> Live:
        """Load what the pointer names. Raises when nothing is released or the artefact was changed."""
        seen = _signature(workspace, stage)
        current = open_released(workspace, read_pointer(workspace, stage))
        return cls(workspace, stage, current, note, _seen=seen, _loaded={current.manifest.digest: current})

    def poll(self) -> None:
        """Follow the pointer if it changed. Called every half second from one background thread."""
        if isinstance(self.current, Predictor) and self.current.filling is not None:
            self.current.filling.poll()
        seen = _signature(self.workspace, self.stage)
        if seen == self._seen and not self._retry_is_due():
            return
        try:
            self._follow(read_pointer(self.workspace, self.stage))
            self.problem = None
        except AirworthyError as error:
            if self.problem is None or str(self.problem) != str(error):
                self.note(f"still serving {self.current.version}: {error}")
            self.problem = error
        self._seen = seen

    def _retry_is_due(self) -> bool:
        self._waited = 0 if self.problem is None else self._waited + 1
        return self._waited > 0 and self._waited % RETRY == 0

    def _follow(self, pointer: Pointer) -> None:
        if pointer.manifest == self.current.manifest and pointer.mode == self.current.mode:
            self.current = self.current.switched(pointer)
            return
        digest = pointer.manifest.digest
        known = self._loaded.get(digest)
        # The rule belongs to the manifest: the same weights under another manifest are loaded again.
        if known is not None and known.manifest == pointer.manifest:
            self.current = known.switched(pointer)
        else:
            self.current = open_released(self.workspace, pointer)
        self._loaded.pop(digest, None)
        self._loaded[digest] = self.current
        while len(self._loaded) > KEPT:
            del self._loaded[next(iter(self._loaded))]
        self.note(f"now serving {self.current.version} in mode {self.current.mode}")


def open_released(workspace: Path, pointer: Pointer) -> Released:
    """What `pointer` names, ready to answer. Raises `IntegrityError` when it is not what was released."""
    lists = (workspace / pointer.manifest.artefact / RECOMMENDER).is_file()
    return ListPredictor.open(workspace, pointer) if lists else Predictor.open(workspace, pointer)


def _signature(workspace: Path, stage: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(pointer_path(workspace, stage))
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
