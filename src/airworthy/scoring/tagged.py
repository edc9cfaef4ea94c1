"""What every part of a scoring specification that comes in kinds has in common."""

from __future__ import annotations

import msgspec


class Tagged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One kind of a part; its file says which under `kind`."""
