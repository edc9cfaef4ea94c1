"""The curve that a check shows beside its one dose: on fewer of the same rows, so that it stays quick."""

from __future__ import annotations

from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, sizes_of
from airworthy.assurance.noise import Noise
from airworthy.assurance.probes import sample
from airworthy.assurance.severity.curve import Curve
from airworthy.assurance.severity.measure import Sampled, curve_of
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column


def curve_in_check(
    facts: Facts, inputs: tuple[Column, ...], noise: Noise, most: float | None, alone: float | None
) -> Curve | None:
    """The curve on as many rows as may be asked; None where none may. Raises `ModelRefused`."""
    sizes = sizes_of(facts[SCORER])
    if not sizes.dosed:
        return None
    seed = derive_seed(facts[SEED], "assurance", "severity")
    rows = sample(facts[PREDICTIONS], sizes.dosed, seed)
    sampled = Sampled.of(rows, facts[SCORER], inputs, seed)
    return curve_of(sampled, noise, most, alone=alone, scored=sizes.scored)
