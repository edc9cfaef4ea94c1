"""How results look on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress

if TYPE_CHECKING:
    from rich.console import Console


def the_progress(quiet: bool) -> Progress:
    """Bars on standard error, or silence."""
    if quiet:
        return QuietProgress()
    from airworthy.cli.progress import RichProgress  # rich takes a while to import

    return RichProgress()


def console() -> Console:
    """Standard output, at most 110 columns wide."""
    from rich.console import Console

    wide = Console()
    return Console(width=min(wide.width, 110))


def version_on_terminal(document: Mapping[str, Any]) -> None:
    """One version: quality, decision, verdicts, spend."""
    from airworthy.registry.dossier.terminal import print_version

    print_version(document, console())
