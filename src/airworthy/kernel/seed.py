"""Seeds by name: every random draw can be made again, and no draw depends on the order of the others."""

from __future__ import annotations

import hashlib


def derive_seed(seed: int, stage: str, name: str = "") -> int:
    """A 64-bit seed for numpy's `default_rng`, from the run's seed, the stage and a name.

    >>> derive_seed(0, "split") == derive_seed(0, "split"), derive_seed(0, "a") == derive_seed(0, "b")
    (True, False)
    """
    data = f"{seed}\x1f{stage}\x1f{name}".encode()
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big")
