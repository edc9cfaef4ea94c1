"""Markup elements whose attributes and text are always escaped."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: object) -> Markup:
    """One element; `None` attributes are left out, `class_` is `class`, `font_size` is `font-size`.

    >>> print(element("text", "<b>", x="5%", class_="tick", y=None))
    <text x="5%" class="tick">&lt;b&gt;</text>
    """
    parts = [
        f' {_name(key)}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    ]
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{name}{''.join(parts)}>") + inside + Markup(f"</{name}>")


def joined(pieces: Iterable[Markup]) -> Markup:
    """Pieces of markup in a row."""
    return Markup("").join(pieces)


def _name(key: str) -> str:
    return (
        key
        if key in {"viewBox", "preserveAspectRatio", "patternUnits"}
        else key.rstrip("_").replace("_", "-")
    )
