"""Every error that Airworthy raises on purpose: what happened, the value, and what to do next.

AirworthyError                  exit code
├── InputError                  2   data, files or arguments that cannot be used
│   ├── CharterError            2   airworthy.toml says something impossible
│   └── RecipeError             2   recipe.toml says something impossible
├── MissingExtra                2   an optional dependency is not installed
├── BudgetStopped               3   a declared limit was reached
│   └── PrivacySpent            3   the people in the rows have been told of as much as was promised
├── GateClosed                  1   a gate or check said no
├── IntegrityError              1   stored bytes are not what was recorded
├── WorkspaceError              2   the workspace cannot be opened, read or written
│   ├── WorkspaceBusy           2   another run holds the lock
│   └── LedgerMoved             2   somebody else appended between a decision and its writing
└── Interrupted                 130 a person pressed Ctrl-C
"""

from __future__ import annotations


class AirworthyError(Exception):
    """Base of the tree. `message` says what happened, `value` quotes it, `remedy` names the next step."""

    code = "error"
    exit_code = 2

    def __init__(self, message: str, *, value: object = None, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.value = value
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def as_json(self) -> dict[str, object]:
        """The document that every command prints under `--json` when it fails."""
        value = self.value if isinstance(self.value, (str, int, bool, type(None))) else str(self.value)
        return {"error": {"code": self.code, "message": self.message, "value": value, "remedy": self.remedy}}


class InputError(AirworthyError):
    """Data, files or arguments that cannot be used as they are."""

    code = "bad-input"


class CharterError(InputError):
    """The charter says something unknown, impossible or contradictory; `line` is 1-based where known."""

    code = "bad-charter"

    def __init__(
        self, message: str, *, value: object = None, remedy: str = "", line: int | None = None
    ) -> None:
        super().__init__(message, value=value, remedy=remedy)
        self.line = line


class RecipeError(InputError):
    """A recipe says something unknown, impossible or contradictory; `line` is 1-based where known."""

    code = "bad-recipe"

    def __init__(
        self, message: str, *, value: object = None, remedy: str = "", line: int | None = None
    ) -> None:
        super().__init__(message, value=value, remedy=remedy)
        self.line = line


class MissingExtra(AirworthyError):
    """A package is not installed; the remedy names its extra, or the package where `extra` is empty."""

    code = "missing-extra"

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"This needs the package {package}, which is not installed.",
            value=package,
            remedy=f"Install it with: pip install 'airworthy[{extra}]'"
            if extra
            else f"It belongs to every installation; add it again: pip install {package}",
        )


class BudgetStopped(AirworthyError):
    """A declared limit of time, money or memory was reached before there was anything to keep."""

    code = "budget-stopped"
    exit_code = 3


class PrivacySpent(BudgetStopped):
    """One more model would pass what all models on the same people may spend together."""

    code = "privacy-spent"


class GateClosed(AirworthyError):
    """A gate or a check said no; `value` lists who must do what."""

    code = "gate-closed"
    exit_code = 1


class IntegrityError(AirworthyError):
    """Stored bytes are not the bytes that were recorded."""

    code = "integrity"
    exit_code = 1


class WorkspaceError(AirworthyError):
    """The workspace cannot be opened, read or written."""

    code = "workspace"


class WorkspaceBusy(WorkspaceError):
    """Another process holds the run lock of this workspace."""

    code = "workspace-busy"


class LedgerMoved(WorkspaceError):
    """Another process appended between reading and writing; the caller reads again and decides anew."""

    code = "ledger-moved"


class Interrupted(AirworthyError):
    """A person pressed Ctrl-C; everything finished so far is kept."""

    code = "interrupted"
    exit_code = 130
