"""A file that somebody picks up: replaced whole, its manifest written last, so that nobody reads half."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from airworthy.adapters.sinks.formats import as_bytes, from_bytes, opened_by, require_excel
from airworthy.adapters.sinks.letter import NUMBERS, Cell, Key, Letter, Refusal, Unanswered
from airworthy.charter.delivering import Sink
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.digest import PREFIX, digest_bytes
from airworthy.kernel.errors import InputError, WorkspaceError

BATCH = 1_000_000


class FileTarget:
    """One file. Rows that it holds already stay in it, changed where a newer score came.

    Parameters
    ----------
    folder : relative paths start here.
    path : as the charter writes it, `{date}` being the day of `now` (UTC) and `{version}` that of the rows.
    """

    batch = BATCH

    def __init__(
        self, sink: Sink, folder: Path, path: str, now: datetime, version: str, numeric_decision: bool = False
    ) -> None:
        self.name, self._sink = sink.name, sink
        assert sink.file is not None
        self._pointer = sink.name if path == sink.file.path else f"{sink.name}-sandbox"
        self.path = folder / path.replace("{date}", f"{now:%Y-%m-%d}").replace("{version}", version)
        self.keeps = "{" not in path  # otherwise each day or version has a file of its own
        self._names = [*(theirs for _, theirs in sink.key), *sink.columns.values()]
        numbers = (*NUMBERS, "decision") if numeric_decision else NUMBERS
        self._numeric = [*(False for _ in sink.key), *(ours in numbers for ours in sink.columns)]

    @property
    def manifest(self) -> Path:
        return self.path.with_name(f"{self.path.name}.manifest.json")

    @property
    def latest(self) -> Path:
        """The pointer to the newest file of this sink."""
        return self.path.with_name(f"{self._pointer}.latest.json")

    def prepare(self) -> None:
        """Make sure that nobody has the file open, that it is one of ours, and that it can be written."""
        if self.path.suffix.lower() == ".xlsx":
            require_excel()
        if (mark := opened_by(self.path)) is not None:
            raise InputError(
                f"Somebody has {self.path.name} open ({mark.name}): what they save would undo the delivery.",
                value=str(self.path),
                remedy="Close it there, or delete that mark if nobody does; then run the same command again.",
            )
        self._standing()

    def send(self, letters: Sequence[Letter]) -> Sequence[Refusal]:
        """Write the file with these rows in it, then its manifest, then the pointer."""
        self.prepare()
        rows = self._standing()
        for letter in letters:
            values: list[Cell] = [letter.values[ours] for ours in self._sink.columns]
            rows[letter.key] = (*letter.key, *values)
        data = as_bytes(self.path.suffix.lower(), self._names, list(rows.values()), self._numeric)
        told = {
            "file": self.path.name,
            "rows": len(rows),
            "sha256": digest_bytes(data).removeprefix(PREFIX),
            "sink": self.name,
            "versions": sorted({letter.version for letter in letters}),
        }
        manifest = json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"
        try:
            write_atomic(self.path, data)
            write_atomic(self.manifest, manifest)
            write_atomic(self.latest, manifest)
        except WorkspaceError as error:
            raise InputError(error.message, value=error.value, remedy=error.remedy) from error
        return ()

    def _standing(self) -> dict[Key, tuple[Cell, ...]]:
        """The rows that the file holds, by key. Raises `InputError` where it is not one of ours."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise Unanswered(f"{self.path} cannot be read: {error.strerror}", away=True) from error
        try:
            names, rows = from_bytes(self.path.suffix.lower(), data, self._numeric)
        except ValueError as error:
            raise self._foreign(f"cannot be read ({str(error).splitlines()[0]})") from error
        if rows and names != self._names:
            raise self._foreign(f"has the columns {', '.join(names)}, not {', '.join(self._names)}")
        width = len(self._sink.key)
        return {tuple(str(cell or "") for cell in row[:width]): row for row in rows}

    def _foreign(self, why: str) -> InputError:
        return InputError(
            f"{self.path} {why}, and would be replaced.",
            value=str(self.path),
            remedy="Move it away, or deliver to another file: path in [sinks.file].",
        )

    def reads(self, rows: int) -> int:
        return rows

    def read(self, keys: Sequence[Key]) -> Mapping[Key, Sequence[Mapping[str, object]]]:
        """Rows of the file, where its manifest says that it is whole."""
        if not keys or not self.whole():
            return {}
        standing, width = self._standing(), len(self._sink.key)
        return {
            key: [dict(zip(self._sink.columns, standing[key][width:], strict=True))]
            for key in keys
            if key in standing
        }

    def whole(self) -> bool:
        """Whether the manifest fits the file."""
        try:
            told = json.loads(self.manifest.read_bytes())
            data = self.path.read_bytes()
        except (OSError, ValueError):
            return False
        return bool(told.get("sha256") == digest_bytes(data).removeprefix(PREFIX))

    def remove(self, keys: Sequence[Key]) -> bool:
        """Delete the file: only a sandbox is asked to, and it holds nothing else."""
        gone = [self.path, self.manifest, self.latest]
        for path in gone:
            path.unlink(missing_ok=True)
        return True

    def close(self) -> None:
        """There is nothing to give back."""
