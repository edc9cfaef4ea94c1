"""The dossier: one self-contained file that each kind of reader can use, and the same things elsewhere.

`render_dossier` makes the file. Import the rest from the modules: `document` (what it reads), `terminal` and
`notebook` (other surfaces), `words` (plain language), `check_page` (documentation of a check).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airworthy.registry.dossier.render import render_dossier

__all__ = ["render_dossier"]


def __getattr__(name: str) -> object:
    """Load the renderer when it is asked for: `airworthy explain` prints check pages without it."""
    if name == "render_dossier":
        from airworthy.registry.dossier.render import render_dossier

        return render_dossier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
