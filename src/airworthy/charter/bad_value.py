"""A value of a file that its key cannot take, and how any value is shown in an error."""

from __future__ import annotations


class BadValue(ValueError):
    """A value that its key cannot take; `at` is the path below the key."""

    def __init__(self, message: str, remedy: str, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.remedy, self.at = message, remedy, at


def show(value: object) -> str:
    """A TOML value as it would be written, cut at 60 characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
