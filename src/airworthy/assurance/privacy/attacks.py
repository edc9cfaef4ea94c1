"""The attacks on membership by name; no numeric library, so that listing checks stays light."""

from __future__ import annotations

from collections.abc import Mapping

from airworthy.kernel.result import Subject

LOSS, CALIBRATED = "loss", "calibrated"
ATTACKS: Mapping[str, str] = {
    LOSS: "one threshold for all rows",
    CALIBRATED: "a threshold of its own for every row",
}
"""What an attack is, in words; the first is the plainer one, and the second is judged."""
NAMED: Subject = "attack:named"
RANKED: Subject = "attack:ranked"
FIGURES = (NAMED, RANKED)
"""Rows that it names for nearly certain, and how well it ranks all of them."""
