"""The account of epsilon: what models trained with noise have told of the same people, and what is left.

Who is the same is decided on the careful side: rows that come from the same file (by place or by bytes), or
that hold one person in common, share an account, whatever charter they are trained under. A reservation is
written before a row is learned from, in the transaction that reads what was spent; nothing takes it back.
"""

from __future__ import annotations

import hashlib
import hmac
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.errors import InputError, PrivacySpent
from airworthy.kernel.ports import BlobStore
from airworthy.measures.epsilon import Gaussian, Mechanism, Sampled, composed
from airworthy.registry import records as r
from airworthy.registry.book import Book

KEY_BYTES = 8
"""Of a person's salted key: two of a million people share one with a chance of 3e-8."""
CLOSE = 1e-9
"""By which two sums of the same epsilons may differ."""


@dataclass(frozen=True)
class Asked:
    """What one fit is about to spend, and on whom.

    Attributes
    ----------
    fit : name of what is fitted.
    lineage : where the rows come from, as texts; only salted digests of them are kept.
    people : one text a unit; only salted keys of them are kept.
    """

    run: str
    charter_name: str
    charter_digest: str
    fit: str
    unit: str
    rows_per_unit: int
    rows: int
    epsilon: float
    delta: float
    total_epsilon: float
    mechanism: Mechanism
    lineage: tuple[str, ...]
    people: Iterable[str]


@dataclass(frozen=True)
class PrivacySpend:
    """One reservation, as the ledger has it."""

    id: str
    run: str
    charter_name: str
    fit: str
    time: str
    actor: str
    unit: str
    rows_per_unit: int
    rows: int
    units: int
    epsilon: float
    delta: float
    total_epsilon: float
    mechanism: Mechanism
    lineage: tuple[str, ...]
    shares_with: tuple[str, ...]
    spent_before: float
    spent_after: float
    people: str
    settled: str
    artefact: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> PrivacySpend:
        """A row of the projection."""
        figures = ("epsilon", "delta", "total_epsilon", "spent_before", "spent_after")
        plain = {name: row[name] for name in cls.__dataclass_fields__ if name not in figures}
        return cls(
            **{
                **plain,
                **{name: float(row[name]) for name in figures},
                "mechanism": mechanism_of(row["mechanism"]),
                "lineage": tuple(row["lineage"]),
                "shares_with": tuple(row["shares_with"]),
            }
        )


@dataclass(frozen=True)
class Account:
    """All that was spent on the same people, oldest first."""

    spends: tuple[PrivacySpend, ...]

    @property
    def delta(self) -> float:
        """The strictest that was promised."""
        return min(spend.delta for spend in self.spends)

    @property
    def spent(self) -> float:
        """Epsilon of all models together at `delta`, counted as tightly as their noise allows."""
        return together([(spend.mechanism, spend.epsilon) for spend in self.spends], self.delta)

    @property
    def plain_sum(self) -> tuple[float, float]:
        """Epsilon and delta by adding up, which holds for any models whatever."""
        return sum(one.epsilon for one in self.spends), sum(one.delta for one in self.spends)

    @property
    def total(self) -> float:
        """What was declared last as the most that may be spent."""
        return self.spends[-1].total_epsilon

    @property
    def left(self) -> float:
        """Of the total; 0 where more was spent than is allowed now."""
        return max(0.0, self.total - self.spent)


def mechanism_text(mechanism: Mechanism) -> dict[str, str]:
    """The mechanism without floats, as the ledger keeps it."""
    if isinstance(mechanism, Gaussian):
        return {"kind": "gaussian", "mu": repr(mechanism.mu)}
    return {
        "kind": "sampled-gaussian",
        "noise": repr(mechanism.noise),
        "rate": repr(mechanism.rate),
        "steps": str(mechanism.steps),
    }


def mechanism_of(text: Mapping[str, str]) -> Mechanism:
    """What `mechanism_text` wrote.

    >>> mechanism_of(mechanism_text(Sampled(1.5, 0.02, 100)))
    Sampled(noise=1.5, rate=0.02, steps=100)
    """
    if text["kind"] == "gaussian":
        return Gaussian(float(text["mu"]))
    return Sampled(float(text["noise"]), float(text["rate"]), int(text["steps"]))


def salted(text: str, salt: str) -> bytes:
    """A commitment to `text` that says nothing of it to who has not the workspace."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).digest()


def people_keys(people: Iterable[str], salt: str) -> bytes:
    """Sorted keys of the different units, `KEY_BYTES` each."""
    keys = {salted(text, salt)[:KEY_BYTES] for text in set(people)}
    return b"".join(sorted(keys))


def _numbers(keys: bytes) -> set[int]:
    found = array("Q")
    found.frombytes(keys)
    return set(found)


def sharing(
    earlier: Sequence[PrivacySpend], lineage: Sequence[str], people: bytes, blobs: BlobStore
) -> tuple[str, ...]:
    """Ids of earlier reservations on the same people, also through others that share with them."""
    places, mine = set(lineage), _numbers(people)
    direct = {
        one.id
        for one in earlier
        if places & set(one.lineage) or (one.people and not mine.isdisjoint(_numbers(blobs.get(one.people))))
    }
    found: set[str] = set()
    while direct - found:
        found |= direct
        direct |= {
            one.id
            for one in earlier
            if found & set(one.shares_with)
            or one.id in {name for other in earlier if other.id in found for name in other.shares_with}
        }
    return tuple(one.id for one in earlier if one.id in found)


class PrivacyBook(Book):
    """Reserves epsilon before training, settles it after, and reads accounts back."""

    def privacy_spends(self) -> tuple[PrivacySpend, ...]:
        """All reservations, oldest first."""
        return tuple(PrivacySpend.of(row) for row in self.store.select("privacy"))

    def privacy_account(self, lineage: Iterable[str], people: Iterable[str]) -> Account | None:
        """The account that rows of this origin share, or None where nothing was ever spent on them."""
        spends = self.privacy_spends()
        if not spends:
            return None
        places, keys = self._commitments(lineage), people_keys(people, self.workspace_id)
        ids = sharing(spends, places, keys, self.blobs)
        return Account(tuple(one for one in spends if one.id in ids)) if ids else None

    def privacy_accounts(self) -> tuple[Account, ...]:
        """Every account, in the order in which each was opened."""
        return accounts_of(self.privacy_spends())

    def reserve_privacy(self, asked: Asked, *, actor: str = "") -> PrivacySpend:
        """Spend `asked` before anything is learned, once and for all.

        Raises
        ------
        PrivacySpent : the total would be passed; nothing is written.
        InputError : these people were protected by another unit before.
        """
        salt = self.workspace_id
        places, keys = self._commitments(asked.lineage), people_keys(asked.people, salt)
        blob = self.blobs.put(keys)

        def decide() -> tuple[list[r.Record], str]:
            earlier = self.privacy_spends()
            ids = sharing(earlier, places, keys, self.blobs)
            shared = [one for one in earlier if one.id in ids]
            _require_same_unit(asked, shared)
            before, after = _spent(asked, shared)
            if after > asked.total_epsilon + CLOSE:
                raise spent_up(asked, shared, before, after)
            name = f"p{len(earlier) + 1}"
            return [_record(name, asked, places, ids, (before, after), blob, len(keys) // KEY_BYTES)], name

        name, _ = self._decide(decide, actor=actor)
        return next(one for one in self.privacy_spends() if one.id == name)

    def settle_privacy(self, id: str, artefact: str, *, actor: str = "") -> None:
        """Say which model was made of a reservation, once."""

        def decide() -> tuple[list[r.Record], None]:
            (row,) = self.store.select("privacy", id=id)
            return ([] if row["settled"] else [r.PrivacySettled(id, artefact)]), None

        self._decide(decide, actor=actor)

    def _commitments(self, lineage: Iterable[str]) -> list[str]:
        return sorted(salted(text, self.workspace_id).hex() for text in set(lineage))


def accounts_of(spends: Sequence[PrivacySpend]) -> tuple[Account, ...]:
    """Reservations that share people, directly or through others, put together.

    A later reservation may join two accounts that were apart.
    """
    groups: list[set[str]] = []
    for one in spends:
        joined = {one.id, *one.shares_with}
        apart = [group for group in groups if not group & joined]
        groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    found = (Account(tuple(one for one in spends if one.id in group)) for group in groups)
    return tuple(sorted(found, key=lambda account: spends.index(account.spends[0])))


def _record(
    name: str,
    asked: Asked,
    places: Sequence[str],
    ids: Sequence[str],
    spent: tuple[float, float],
    blob: str,
    units: int,
) -> r.PrivacyReserved:
    return r.PrivacyReserved(
        id=name,
        run=asked.run,
        charter_name=asked.charter_name,
        charter_digest=asked.charter_digest,
        fit=asked.fit,
        unit=asked.unit,
        rows_per_unit=asked.rows_per_unit,
        rows=asked.rows,
        units=units,
        epsilon=repr(asked.epsilon),
        delta=repr(asked.delta),
        total_epsilon=repr(asked.total_epsilon),
        mechanism=mechanism_text(asked.mechanism),
        lineage=list(places),
        shares_with=list(ids),
        spent_before=repr(spent[0]),
        spent_after=repr(spent[1]),
        people=blob,
    )


def together(parts: Sequence[tuple[Mechanism, float]], delta: float) -> float:
    """Epsilon of models at `delta`, each given with its own epsilon there: one alone keeps its own promise.

    >>> together([(Sampled(1.0, 1.0, 1), 4.0)], 1e-6), together([], 1e-6)
    (4.0, 0.0)
    """
    found = composed([mechanism for mechanism, _ in parts], delta)
    return min(found, parts[0][1]) if len(parts) == 1 else found


def _spent(asked: Asked, shared: Sequence[PrivacySpend]) -> tuple[float, float]:
    """Of the account at the strictest delta, before and after."""
    parts = [(one.mechanism, one.epsilon) for one in shared]
    delta = min([asked.delta, *(one.delta for one in shared)])
    return together(parts, delta), together([*parts, (asked.mechanism, asked.epsilon)], delta)


def _require_same_unit(asked: Asked, shared: Sequence[PrivacySpend]) -> None:
    units = sorted({one.unit for one in shared} - {asked.unit})
    if units:
        raise InputError(
            f'Models on these people protected each "{units[0]}" before, and privacy.unit is "{asked.unit}": '
            "what both together tell of one person is not known.",
            value=asked.unit,
            remedy=f'Write unit = "{units[0]}" under [privacy] again.',
        )


def spent_up(asked: Asked, shared: Sequence[PrivacySpend], before: float, after: float) -> PrivacySpent:
    """The error where one more model would tell more than was promised."""
    made = "no fit" if not shared else "1 fit" if len(shared) == 1 else f"{len(shared)} fits"
    return PrivacySpent(
        f"Nothing was trained: {made} on these people spent epsilon {before:.3g} of {asked.total_epsilon:g} "
        f"(delta {asked.delta:g}), and one more of {asked.epsilon:g} would make it {after:.3g}.",
        value=round(max(0.0, asked.total_epsilon - before), 6),
        remedy="Lower privacy.epsilon, serve the model that there is, or learn from other people. To raise "
        "privacy.total_epsilon is to promise these people less; the ledger shows it.",
    )
