"""What assurance is given: predictions, a scorer, notes. Only names and small values, no numeric library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from airworthy.assurance.depth import DEFAULT, Depth
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from airworthy.assurance.predictions import Predictions


class Scores(Protocol):
    """What scoring many rows returns: `raw` (n, k), and `probability` (n, k) or `prediction` (n,)."""

    @property
    def raw(self) -> np.ndarray[Any, Any]: ...
    @property
    def probability(self) -> np.ndarray[Any, Any] | None: ...
    @property
    def prediction(self) -> np.ndarray[Any, Any] | None: ...
    @property
    def decision(self) -> Sequence[Any]: ...


class ScoresColumns(Protocol):
    """Anything that scores columns: our scorer, or a foreign model behind `assurance.foreign`."""

    def score_columns(self, columns: Mapping[str, Any]) -> Scores: ...


class ModelRefused(InputError):
    """A model that was trained elsewhere does not take these rows; `value` is what it says."""


class ScoresRequests(ScoresColumns, Protocol):
    """A scorer that also takes one request as JSON, as serving does."""

    def decode(self, body: bytes) -> Any: ...
    def score_row(self, row: Mapping[str, object]) -> Any: ...


@dataclass(frozen=True)
class ProbeSizes:
    """How much the probes ask of a scorer: rows of each kind, `scored` over all shuffles of all inputs.

    `timed` and `sent` are requests of one row each; `all_sealed` says whether `sent` bounds out-of-fold rows
    only. `dosed` rows are spoilt in growing doses, six times for each kind of noise; `reworded` texts are
    attacked word by word; `copied` answers teach a copy. `explained` rows are scored to sample the
    contributions of one table, where a model tells none. `members` are rows of either side that an attack on
    membership asks about; of `guessed` rows protected columns are guessed. `tested` rows are scored by each
    test of the reasons. `searched` candidates look for one row's counterfactuals; `attacked` rows are
    attacked with `attempts` candidates in all. `batched` rows are timed in batches. Of these 0 is: not at
    all.
    """

    noisy: int = 5_000
    permuted: int = 2_000
    scored: int = 60_000
    timed: int = 1_000
    sent: int = 20_000
    all_sealed: bool = True
    dosed: int = 2_000
    reworded: int = 200
    copied: int = 3_000
    explained: int = 100_000
    tested: int = 60_000
    members: int = 5_000
    guessed: int = 3_000
    searched: int = 6_000
    attacked: int = 300
    attempts: int = 150_000
    batched: int = 20_000

    def times(self, factor: int) -> ProbeSizes:
        """So many times as much of each.

        >>> ProbeSizes(noisy=1_000).times(4).noisy
        4000
        """
        return replace(
            self,
            noisy=factor * self.noisy,
            permuted=factor * self.permuted,
            scored=factor * self.scored,
            timed=factor * self.timed,
            sent=factor * self.sent,
            dosed=factor * self.dosed,
            reworded=factor * self.reworded,
            copied=factor * self.copied,
            explained=factor * self.explained,
            tested=factor * self.tested,
            members=factor * self.members,
            guessed=factor * self.guessed,
            searched=factor * self.searched,
            attacked=factor * self.attacked,
            attempts=factor * self.attempts,
            batched=factor * self.batched,
        )


OUR_SCORER = ProbeSizes()
"""Without `scored`, 54 inputs made the importance outlive a run's budget. `sent` takes about six seconds, and
bounds out-of-fold rows only, which are looked at again and again: sealed rows are all sent."""
FEW_REQUESTS = ProbeSizes(
    timed=200,
    sent=100,
    all_sealed=False,
    dosed=1_000,
    reworded=100,
    copied=1_000,
    attacked=200,
    attempts=60_000,
    batched=2_000,
)
"""For models trained elsewhere, which may take 50 ms for a single row."""
OVER_A_NETWORK = ProbeSizes(
    noisy=1_000,
    permuted=500,
    scored=10_000,
    timed=100,
    sent=100,
    all_sealed=False,
    dosed=0,
    reworded=0,
    copied=0,
    explained=10_000,
    tested=4_000,
    members=1_000,
    guessed=500,
    searched=500,
    attacked=40,
    attempts=2_000,
    batched=0,
)
"""For models behind an address, where every row and request is somebody's bill."""


def sizes_of(scorer: object) -> ProbeSizes:
    """How much may be asked of `scorer`."""
    found = getattr(scorer, "sizes", OUR_SCORER)
    assert isinstance(found, ProbeSizes)
    return found


def _not_given(facts: Sequence[Given], known: Facts) -> Mapping[Given, object]:
    raise InputError(
        f"The checks were not given {', '.join(fact.name for fact in facts)}.",
        value=facts[0].name,
        remedy="Build the facts with airworthy.assurance.facts_for.",
    )


@dataclass(frozen=True)
class Given:
    """The name of a fact that is handed in, never computed."""

    name: str
    version: ClassVar[int] = 1
    batch: ClassVar[Callable[[Sequence[Any], Facts], Mapping[Any, object]]] = _not_given


ONLY_PREDICTIONS = "Only predictions were given"
"""How a check begins to say that it needs the model itself."""
PREDICTIONS = Given("predictions")
SCORER = Given("scorer")
SPLIT_NOTE = Given("split note")
LATENCY = Given("latency samples")
SKEW = Given("serving skew")
CLOCK = Given("clock")
SEED = Given("seed")
DEPTH = Given("depth")
ARTEFACT = Given("artefact")
MEMBERS = Given("learned rows")
RECIPE = Given("recipe")


@dataclass(frozen=True)
class SplitNote:
    """How the measured rows were set aside, and what other estimates exist of the same figure.

    `random_split` is the headline figure that a random split of the same data promises; `backtests` are the
    leads over the baseline in earlier periods, oldest first, each by a model trained before its period.
    """

    method: str
    random_split: float | None = None
    random_split_low: float | None = None
    random_split_high: float | None = None
    backtests: tuple[float, ...] = ()


@dataclass(frozen=True)
class LatencySamples:
    """Seconds of single decisions, measured where they will be served; `where` says where."""

    seconds: tuple[float, ...]
    where: str


@dataclass(frozen=True)
class SkewCount:
    """Rows sent through the JSON path: how many, which scored differently, which were refused and why."""

    rows: int
    differing: tuple[int, ...]
    refused: tuple[int, ...] = ()
    first_refusal: str = ""


@dataclass(frozen=True)
class Learned:
    """What is known of how the model came about: `rows` that it learned, and its `recipe`.

    The recipe says of given rows how some of them are learned: see `privacy.stand_ins.Learn`.
    """

    rows: Predictions | None = None
    recipe: Callable[[Predictions], Callable[[Any], Any]] | None = None


NOT_GIVEN = Learned()


def facts_for(
    predictions: Predictions,
    *,
    scorer: ScoresColumns | None = None,
    split: SplitNote | None = None,
    latency: LatencySamples | None = None,
    skew: SkewCount | None = None,
    clock: Callable[[], float] | None = None,
    seed: int = 0,
    depth: Depth = DEFAULT,
    learned: Learned = NOT_GIVEN,
    artefact: Path | None = None,
) -> Facts:
    """The facts that the checks read.

    Parameters
    ----------
    predictions : what was predicted and what came.
    scorer : needed by EXP, ROB and SRV; those say "not applicable" without it.
    split, latency, skew : what is already known; `skew` and `latency` are measured through the scorer when
        absent.
    clock : seconds on a monotonic clock, for latency; without it latency is not measured here.
    seed : of the run; every sample and noise is drawn from it.
    depth : how far slices are searched.
    learned : rows that the model learned; PRI001 says "not applicable" without them.
    artefact : folder of the saved scorer, for its size and its memory.
    """
    return Facts(
        {
            PREDICTIONS: predictions,
            SCORER: scorer,
            SPLIT_NOTE: split,
            LATENCY: latency,
            SKEW: skew,
            CLOCK: clock,
            SEED: seed,
            DEPTH: depth,
            MEMBERS: learned.rows,
            RECIPE: learned.recipe,
            ARTEFACT: artefact,
        }
    )
