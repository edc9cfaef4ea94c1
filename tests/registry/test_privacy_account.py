"""The account of epsilon: shared by the same people, never overdrawn, never forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airworthy.adapters.open_registry import create_registry
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import InputError, PrivacySpent
from airworthy.measures.epsilon import Gaussian, gaussian_epsilon, gaussian_mu
from airworthy.registry.privacy import Account, Asked, PrivacySpend
from airworthy.registry.registry import Registry
from airworthy.registry.verify import verify

DELTA = 1e-6


def asked(
    epsilon: float = 1.0,
    total: float = 4.0,
    *,
    place: str = "data/people.csv",
    people: Iterable[str] = ("ann", "bob"),
    charter: str = "income",
    unit: str = "row",
    fit: str = "f1",
) -> Asked:
    return Asked(
        run="r1",
        charter_name=charter,
        charter_digest="sha256:" + "0" * 64,
        fit=fit,
        unit=unit,
        rows_per_unit=1,
        rows=100,
        epsilon=epsilon,
        delta=DELTA,
        total_epsilon=total,
        mechanism=Gaussian(gaussian_mu(epsilon, DELTA)),
        lineage=(f"place {place}", f"bytes of {place}"),
        people=people,
    )


@pytest.fixture
def registry(tmp_path: Path, clock: FixedClock) -> Registry:
    return create_registry(tmp_path / ".airworthy", clock)


def account(registry: Registry) -> Account:
    (found,) = registry.privacy_accounts()
    return found


def test_four_models_of_one_spend_two_because_normal_noise_adds_as_squares(registry: Registry) -> None:
    for _ in range(4):
        registry.reserve_privacy(asked())
    mu = gaussian_mu(1.0, DELTA)
    assert account(registry).spent == pytest.approx(gaussian_epsilon(2 * mu, DELTA))
    assert account(registry).plain_sum == pytest.approx((4.0, 4e-6))


def test_one_model_more_than_the_total_is_refused_and_nothing_is_written(registry: Registry) -> None:
    registry.reserve_privacy(asked(epsilon=3.0))
    size = registry.export_head().size
    with pytest.raises(PrivacySpent) as caught:
        registry.reserve_privacy(asked(epsilon=3.5))
    assert "1 fit on these people spent epsilon 3 of 4" in caught.value.message
    assert caught.value.value == pytest.approx(1.0)
    assert caught.value.exit_code == 3
    assert registry.export_head().size == size


@pytest.mark.parametrize(
    ("second", "shared"),
    [
        (asked(charter="another"), True),
        (asked(place="a renamed copy.csv"), True),
        (asked(place="next month.csv", people=("bob", "cem")), True),
        (asked(people=("dan",)), True),
        (asked(place="others.csv", people=("dan", "eve")), False),
    ],
    ids=["another charter", "a copy", "one person in common", "the file with other rows", "other people"],
)
def test_who_is_the_same_is_decided_on_the_careful_side(
    registry: Registry, second: Asked, shared: bool
) -> None:
    registry.reserve_privacy(asked())
    registry.reserve_privacy(second)
    assert len(registry.privacy_accounts()) == (1 if shared else 2)


def test_rows_that_join_two_accounts_pay_for_both(registry: Registry) -> None:
    registry.reserve_privacy(asked(place="a", people=("ann",)))
    registry.reserve_privacy(asked(place="b", people=("bob",)))
    third = registry.reserve_privacy(asked(place="c", people=("ann", "bob")))
    assert third.shares_with == ("p1", "p2")
    registry.reserve_privacy(asked(place="d", people=("bob",)))
    assert [one.id for one in account(registry).spends] == ["p1", "p2", "p3", "p4"]


def test_another_unit_on_the_same_people_is_refused(registry: Registry) -> None:
    registry.reserve_privacy(asked())
    with pytest.raises(InputError, match='each "row" before'):
        registry.reserve_privacy(asked(unit="patient"))


def test_two_runs_at_once_cannot_both_take_the_rest(registry: Registry, clock: FixedClock) -> None:
    from airworthy.adapters.open_registry import open_registry

    outcomes: list[str] = []
    start = threading.Barrier(4)

    def take() -> None:
        own = open_registry(registry.workspace, clock)
        start.wait()
        try:
            outcomes.append(own.reserve_privacy(asked(epsilon=3.0)).id)
        except PrivacySpent:
            outcomes.append("refused")

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["p1", "refused", "refused", "refused"]


def test_a_reservation_is_settled_once_and_counts_before_it_is(registry: Registry) -> None:
    one = registry.reserve_privacy(asked())
    assert not one.settled
    assert account(registry).spent == pytest.approx(1.0)
    registry.settle_privacy(one.id, "sha256:" + "1" * 64)
    size = registry.export_head().size
    registry.settle_privacy(one.id, "sha256:" + "2" * 64)
    assert registry.export_head().size == size
    assert account(registry).spends[0].artefact == "sha256:" + "1" * 64


def test_the_ledger_holds_no_name_and_no_path(registry: Registry) -> None:
    registry.reserve_privacy(asked())
    bodies = b"".join(entry.body for entry in registry.store.entries())
    for word in (b"ann", b"people.csv"):
        assert word not in bodies.replace(b"channel", b"")


def test_verify_finds_a_reservation_that_left_out_what_was_spent(registry: Registry) -> None:
    from airworthy.registry.records import PrivacyReserved

    registry.reserve_privacy(asked())
    registry.reserve_privacy(asked())
    assert verify(registry.store, registry.blobs, registry.workspace).intact
    row = dict(registry.store.select("privacy", id="p2")[0])
    for name in ("seq", "time", "actor", "settled", "artefact"):
        row.pop(name)
    forged = {**row, "id": "p3", "shares_with": [], "spent_before": "0.0", "spent_after": "1.0"}
    registry.store.append_many([(PrivacyReserved.kind, forged)], actor="somebody")
    problems = verify(registry.store, registry.blobs, registry.workspace).problems
    assert [problem.what for problem in problems] == ["privacy"]
    assert "p3" in problems[0].finding


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["run", "killed", "retried"]),
        st.sampled_from([0.3, 1.0, 2.5]),
        st.sampled_from(["a", "b", "c"]),
        st.sets(st.sampled_from("uvwxyz"), min_size=1, max_size=3),
    ),
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_no_sequence_of_runs_kills_and_retries_tells_more_of_one_person_than_the_total(
    tmp_path_factory: pytest.TempPathFactory, clock: FixedClock, moves: list[tuple[str, float, str, set[str]]]
) -> None:
    registry = create_registry(tmp_path_factory.mktemp("book") / ".airworthy", clock)
    told: dict[str, list[float]] = {}
    for how, epsilon, place, people in moves:
        request = asked(epsilon, place=place, people=sorted(people))
        try:
            one = registry.reserve_privacy(request)
        except PrivacySpent:
            continue
        for person in people:
            told.setdefault(person, []).append(gaussian_mu(epsilon, DELTA))
        if how == "run":
            registry.settle_privacy(one.id, "sha256:" + "3" * 64)
        # killed: nothing more is written; retried: the next move asks anew
    for moved in told.values():
        assert gaussian_epsilon(sum(mu * mu for mu in moved) ** 0.5, DELTA) <= 4.0 + 1e-6
    report = verify(registry.store, registry.blobs, registry.workspace)
    assert report.intact, report.problems


def test_a_spend_reads_back_as_it_was_written(registry: Registry) -> None:
    one = registry.reserve_privacy(asked())
    assert isinstance(one, PrivacySpend)
    assert one.mechanism == asked().mechanism
    assert (one.units, one.rows, one.spent_before) == (2, 100, 0.0)
