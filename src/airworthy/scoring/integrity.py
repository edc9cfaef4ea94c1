"""Whether the parts of a specification fit together: what every reader of one asks on load."""

from __future__ import annotations

from pathlib import Path

from airworthy.kernel.errors import IntegrityError


def require(condition: bool, what: str, value: object) -> None:
    """Raise `IntegrityError` when a specification's parts do not fit together."""
    if not condition:
        raise IntegrityError(
            f"The scoring specification does not fit together: {what} ({value}).",
            value=str(value),
            remedy="Train the version again; if it comes back, report it with this message.",
        )


def weights_file(folder: Path, name: str) -> Path:
    """The file of weights `name` of the artefact in `folder`; raises `IntegrityError` when it is missing."""
    path = folder / name
    if not path.is_file():
        raise IntegrityError(
            f"The weights {name} are missing from {folder}.",
            value=str(path),
            remedy="Run `airworthy verify`; restore the artefact or train the version again.",
        )
    return path
