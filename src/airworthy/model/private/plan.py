"""The plan of a private fit: all that decides its noise, fixed and paid for before a row is learned from."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib.util import find_spec

import msgspec

from airworthy.charter.model import Charter, LearnerKind
from airworthy.charter.privacy_rules import kind_of
from airworthy.charter.private import ROW
from airworthy.kernel.errors import InputError, MissingExtra
from airworthy.measures.epsilon import Gaussian, Mechanism, Sampled, gaussian_mu

BINNING = 0.1
"""Share of epsilon that the additive model spends on where its bins begin; interpret's own."""
DELTA_SHARE = 0.5
"""Of delta that goes there; interpret's own."""
EPOCHS = 20
STEPS_AN_EPOCH = 20
"""A step of a twentieth of the rows: large steps bear more noise for the same promise."""
FEWEST_PEOPLE = 2


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How one model is trained with noise.

    Attributes
    ----------
    epsilon, delta : what the model spends on each unit.
    fit_epsilon : what the learner is told: less where a unit has several rows.
    most : rows that are learned from at most.
    noise, rate, steps : of gradient steps; 0 for an additive model.
    """

    kind: str
    epsilon: float
    delta: float
    fit_epsilon: float
    unit: str
    rows_per_unit: int
    bounds: dict[str, tuple[float, ...]]
    categories: dict[str, tuple[str, ...]]
    missing: tuple[str, ...]
    target: str
    most: int
    noise: float = 0.0
    rate: float = 0.0
    steps: int = 0

    @property
    def name(self) -> str:
        """Of the candidate."""
        return f"{self.kind}-private"

    @property
    def mechanism(self) -> Mechanism:
        """What the fit is to one unit."""
        if self.steps:
            return Sampled(self.noise, self.rate, self.steps)
        return Gaussian(self.rows_per_unit * additive_mu(self.fit_epsilon, self.delta))


def additive_mu(epsilon: float, delta: float) -> float:
    """The mu of interpret's private additive model: noisy bins, then noisy sums of residuals.

    >>> additive_mu(1.0, 1e-6) < gaussian_mu(1.0, 1e-6)     # it adds up its two parts by the plain rule
    True
    """
    bins = gaussian_mu(BINNING * epsilon, DELTA_SHARE * delta)
    sums = gaussian_mu((1 - BINNING) * epsilon, (1 - DELTA_SHARE) * delta)
    return math.hypot(bins, sums)


def plan_of(charter: Charter, rows: int) -> Plan:
    """The plan of `charter` for `rows` rows to learn from.

    Raises
    ------
    MissingExtra : the library that adds the noise is not installed.
    InputError : there are too few rows for the promised delta.
    """
    rules = charter.privacy
    assert rules is not None
    kind = kind_of(charter)
    require_installed(kind)
    if rules.delta * rows >= 1:
        raise InputError(
            f"privacy.delta = {rules.delta:g} is no small chance among {rows:,} rows: a model that publishes "
            "one of them whole would keep it.",
            value=rules.delta,
            remedy=f"Write delta = {1 / (10 * max(rows, FEWEST_PEOPLE)):.0e} or less under [privacy].",
        )
    noise = rate = 0.0
    steps = 0
    if kind is LearnerKind.NETWORK:
        rate, steps = 1 / STEPS_AN_EPOCH, EPOCHS * STEPS_AN_EPOCH
        noise = noise_for(rules.epsilon, rules.delta)
    return Plan(
        kind=str(kind),
        epsilon=rules.epsilon,
        delta=rules.delta,
        fit_epsilon=_fit_epsilon(rules.epsilon, rules.delta, rules.rows_per_unit),
        unit=rules.unit,
        rows_per_unit=rules.rows_per_unit,
        bounds=dict(rules.bounds),
        categories=dict(rules.categories),
        missing=rules.missing,
        target=charter.target.column,
        most=rows,
        noise=noise,
        rate=rate,
        steps=steps,
    )


def _fit_epsilon(epsilon: float, delta: float, rows_per_unit: int) -> float:
    """What the additive learner may be told so that all rows of a unit together keep `epsilon`.

    A move of one row's mu, made by so many rows, is so many times as far (Dong, Roth and Su 2022, thm 2.14).

    >>> _fit_epsilon(1.0, 1e-6, 1)
    1.0
    >>> 0.99 < 3 * additive_mu(_fit_epsilon(1.0, 1e-6, 3), 1e-6) / gaussian_mu(1.0, 1e-6) <= 1.0
    True
    """
    if rows_per_unit == 1:
        return epsilon
    allowed = gaussian_mu(epsilon, delta) / rows_per_unit
    low, high = 0.0, epsilon
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if additive_mu(middle, delta) <= allowed else (low, middle)
    return low


def require_installed(kind: LearnerKind) -> None:
    """Raise `MissingExtra` where the library that adds the noise is missing."""
    module, package = ("opacus", "opacus") if kind is LearnerKind.NETWORK else ("interpret", "interpret-core")
    if find_spec(module) is None:
        raise MissingExtra(package, "privacy")


@lru_cache(maxsize=8)
def noise_for(epsilon: float, delta: float) -> float:
    """Noise of gradient steps that keep `epsilon`, by Opacus' accountant of privacy-loss variables."""
    from opacus.accountants.utils import get_noise_multiplier  # an extra, and 2 s of imports

    return float(
        get_noise_multiplier(
            target_epsilon=epsilon,
            target_delta=delta,
            sample_rate=1 / STEPS_AN_EPOCH,
            steps=EPOCHS * STEPS_AN_EPOCH,
            accountant="prv",
        )
    )


def unit_words(plan: Plan) -> str:
    """Who is protected, in words.

    >>> unit_words(msgspec.structs.replace(EXAMPLE, unit="patient", rows_per_unit=3))
    'each patient, with at most 3 rows'
    """
    if plan.unit == ROW:
        return "each row"
    count = "1 row" if plan.rows_per_unit == 1 else f"{plan.rows_per_unit} rows"
    return f"each {plan.unit}, with at most {count}"


EXAMPLE = Plan(
    kind="additive",
    epsilon=1.0,
    delta=1e-6,
    fit_epsilon=1.0,
    unit=ROW,
    rows_per_unit=1,
    bounds={},
    categories={},
    missing=(),
    target="y",
    most=1000,
)
"""For doctests."""
