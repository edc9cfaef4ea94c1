"""How results look on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress

if TYPE_CHECKING:
    from rich.console import Console


def the_progress(quiet: bool) -> Progress:
    """Bars on standard error, lines where it is no terminal, or silence."""
    if quiet:
        return QuietProgress()
    from airworthy.cli.progress import PlainProgress, RichProgress  # rich takes a while to import

    return RichProgress() if sys.stderr.isatty() else PlainProgress()


def bars_only(quiet: bool) -> Progress:
    """Bars where somebody watches, else silence: for work of seconds."""
    return the_progress(quiet or not sys.stderr.isatty())


def console() -> Console:
    """Standard output, at most 110 columns wide."""
    from rich.console import Console

    wide = Console()
    return Console(width=min(wide.width, 110))


def version_on_terminal(document: Mapping[str, Any]) -> None:
    """One version: quality, decision, verdicts, spend."""
    from airworthy.registry.dossier.terminal import print_version

    print_version(document, console())


def menu_on_terminal(menu: Mapping[str, Any]) -> None:
    """The menu of a version: a row a candidate, and each trade in a sentence."""
    import msgspec  # not needed to list commands

    from airworthy.registry.dossier.menu_views import ChoiceView, MenuView
    from airworthy.registry.dossier.terminal import print_menu

    choice = menu.get("choice")
    print_menu(
        msgspec.convert(menu, MenuView),
        None if choice is None else msgspec.convert(choice, ChoiceView),
        console(),
    )
