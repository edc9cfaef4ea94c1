"""The menu: what each candidate trades for the recommended one, and what a declared limit costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from model_worlds import problem

from airworthy.charter.model import Fairness, Preference, Remedy, SearchRules, Task
from airworthy.kernel.errors import InputError
from airworthy.model import Problem, Trained, take
from airworthy.model.choose import Rival
from airworthy.model.finish import blendable
from airworthy.model.gaps import GroupGap
from airworthy.model.job import Record
from airworthy.model.menu import Measured, Menu
from airworthy.model.menu_figures import Bench
from airworthy.model.menu_front import beaten_by, compare
from airworthy.model.menu_make import make_menu
from airworthy.scoring import Scorer
from airworthy.scoring.columns import FloatArray

N = 400
NOISE = np.tile([1.0, -1.0], N // 2)


def rival(
    name: str,
    loss: FloatArray,
    costs: FloatArray | None = None,
    *,
    rank: int = 3,
    latency: float = 20.0,
    size: int = 1000,
    refused: str = "",
    gap: float | None = None,
) -> Rival:
    record = Record(
        name=name,
        learner=name,
        rank=rank,
        rows=N,
        loss=float(loss.mean()),
        measure="log loss",
        seconds=1,
        latency_us=latency,
        latency_p99_us=2 * latency,
        size_bytes=size,
        note="",
        refused=refused,
    )
    found = None if gap is None else GroupGap(gap, gap - 0.02, gap + 0.02, "sex", "F", 90)
    return Rival(record, loss, costs, gap=found)


def menu(
    rivals: list[Rival],
    *,
    naive: FloatArray | None = None,
    take: str = "",
    fairness: Fairness | None = None,
    **search: object,
) -> Menu:
    charter = problem(Task.BINARY, n=100).charter
    charter = replace(
        charter,
        search=SearchRules(**search),
        fairness=fairness or Fairness(),  # type: ignore[arg-type]
    )
    unit = "EUR per 1,000" if naive is not None else ""
    bench = Bench(np.tile([0.0, 1.0], N // 2), naive, None, unit, "log loss", 0)
    return make_menu(rivals, charter, bench, {one.name: f"sha256:{one.name}" for one in rivals}, take)


def test_a_difference_within_one_standard_error_is_none() -> None:
    # The paired difference is 0.04 with a standard error of 1 / sqrt(400) = 0.05; then 0.06.
    near, far = rival("near", 1.04 + NOISE), rival("far", 1.06 + NOISE)
    best = rival("best", np.full(N, 1.0))
    assert compare(best, near)["quality"] == 0
    assert compare(best, far)["quality"] == 1
    assert compare(far, best)["quality"] == -1


def test_latencies_and_sizes_within_a_tenth_are_the_same() -> None:
    one, other = rival("one", np.ones(N)), rival("other", np.ones(N), latency=21.9, size=1200)
    signs = compare(one, other)
    assert (signs["latency"], signs["size"], signs["simplicity"]) == (0, 1, 0)


def test_rows_of_one_entity_make_the_noise_larger() -> None:
    gains = np.repeat(np.tile([0.28, -0.22], 20), 10)  # 40 entities of ten equal rows
    one, other = rival("one", np.ones(N)), rival("other", 1.0 + gains)
    entity = np.repeat(np.arange(40), 10)
    # The mean of 0.03 has a standard error of 0.25 / 20 = 0.0125 by rows, and 0.25 / sqrt(39) = 0.04 by entity.
    assert compare(one, other)["quality"] == 1
    assert compare(one, other, entity)["quality"] == 0


def test_who_is_as_good_in_everything_and_better_in_one_beats_the_other() -> None:
    plain = rival("plain", np.full(N, 1.0), rank=0, size=100)
    heavy = rival("heavy", np.full(N, 1.0))
    quick = rival("quick", np.full(N, 1.5), rank=0, size=100, latency=5.0)
    assert beaten_by([plain, heavy, quick]) == {"heavy": ("plain", "size and simplicity")}


def test_a_smaller_gap_keeps_a_candidate_on_the_front() -> None:
    wide = rival("wide", np.full(N, 1.0), gap=0.2)
    narrow = rival("narrow", np.full(N, 1.1), gap=0.1)
    found = menu([wide, narrow])
    assert found.recommended == "wide"
    assert found["narrow"].front
    assert "a largest gap between groups of 10.0 points instead of 20.0" in found["narrow"].says


def test_money_is_paired_with_the_recommended_and_held_against_no_model() -> None:
    naive = np.full(N, 3.0)
    cheap = rival("cheap", np.full(N, 1.0), np.full(N, 1.0))
    dear = rival("dear", np.full(N, 1.2), np.full(N, 1.5), rank=0)
    found = menu([cheap, dear], naive=naive)
    assert found["cheap"].worth.saves is not None
    assert found["cheap"].worth.saves.value == pytest.approx(2000)  # (3 - 1) * 1,000
    assert found["dear"].worth.earns is not None
    assert found["dear"].worth.earns.value == pytest.approx(-500)
    assert found["dear"].says.startswith("dear earns EUR 500 less per 1,000 decisions")
    assert "reasons that can all be read (a list of weights)" in found["dear"].says


def test_without_declared_costs_no_money_is_named() -> None:
    found = menu([rival("one", np.full(N, 1.0)), rival("other", 1.2 + 0.1 * NOISE)])
    assert found.unit == ""
    assert found["other"].says.startswith("other has a log loss 0.2 higher (+0.19 to +0.21)")


def test_a_declared_volume_turns_money_into_money_a_month() -> None:
    # Costs of 1 and 1.5 a decision: at 30,000 decisions a month the dearer one earns 15,000 less.
    rivals = [
        rival("cheap", np.ones(N), costs=np.full(N, 1.0)),
        rival("dear", np.ones(N), costs=np.full(N, 1.5)),
    ]
    bench = Bench(
        np.tile([0.0, 1.0], N // 2), np.full(N, 3.0), None, "EUR a month", "log loss", 0, per=30_000.0
    )
    found = make_menu(rivals, problem(Task.BINARY, n=100).charter, bench, {"cheap": "", "dear": ""})
    assert found["dear"].says.startswith("dear earns EUR 15,000 less a month")
    assert found.unit == "EUR a month"


def test_times_that_read_alike_are_no_trade() -> None:
    # 4.6 and 5.4 microseconds differ by more than a tenth, and both read as 5.
    found = menu([rival("quick", np.full(N, 1.0), latency=4.6), rival("slow", np.full(N, 2.0), latency=5.4)])
    assert "answers in" not in found["slow"].says


def test_the_error_of_numbers_is_told_in_their_unit() -> None:
    # Squared errors of 9 and 4: root mean squares of 3 and 2, so the difference is 1 whatever the rows.
    charter = problem(Task.REGRESSION, n=100).charter
    bench = Bench(np.arange(N, dtype=float), None, None, "", "root mean squared error", 0)
    rivals = [rival("good", np.full(N, 4.0), gap=0.5), rival("poor", np.full(N, 9.0), gap=0.25)]
    found = make_menu(rivals, charter, bench, {"good": "", "poor": ""})
    assert found["poor"].worth.quality.value == pytest.approx(3)
    assert found["poor"].worth.worse is not None
    assert found["poor"].worth.worse.value == pytest.approx(1)
    assert "gap between groups of 0.25 SD instead of 0.50" in found["poor"].says


def test_a_refused_candidate_is_shown_and_never_taken() -> None:
    leaky = rival("leaky", np.full(N, 0.1), refused="it wins only through paid_at")
    found = menu([leaky, rival("clean", np.full(N, 1.0))])
    assert found.recommended == "clean"
    assert found.names == ("clean",)
    assert found["leaky"].says == "leaky cannot be chosen: it wins only through paid_at."
    with pytest.raises(InputError, match="cannot be chosen"):
        menu([leaky, rival("clean", np.full(N, 1.0))], take="leaky")


def test_a_limit_takes_the_best_that_keeps_it_and_says_its_price() -> None:
    slow = rival("slow", np.full(N, 1.0), latency=50.0)
    quick = rival("quick", 1.2 + 0.1 * NOISE, latency=5.0)
    found = menu([slow, quick], max_latency=20e-6)
    assert found.recommended == "quick"
    assert found["slow"].beyond == ("takes 100 µs, and search.max_latency = 20 µs for 99 of 100 rows",)
    (limit,) = found.limits
    assert (limit.takes, limit.instead_of, limit.met_by) == ("quick", "slow", ("quick",))
    assert "quick has a log loss 0.2 higher (+0.19 to +0.21)" in limit.says
    with pytest.raises(InputError, match=r"beyond a declared limit.*max_latency"):
        menu([slow, quick], max_latency=20e-6, take="slow")


def test_limits_that_nobody_keeps_together_say_what_each_costs() -> None:
    slow = rival("slow", np.full(N, 1.0), latency=50.0, size=100)
    large = rival("large", np.full(N, 1.2), latency=5.0, size=9000)
    with pytest.raises(InputError) as caught:
        menu([slow, large], max_latency=20e-6, max_size=1000)
    said = caught.value.message
    assert "None of 2 candidates keeps search.max_latency" in said
    assert "1 of 2 candidates keeps it; it alone takes large instead of slow, which takes 100 µs" in said
    assert "search.max_size = 1 KB: 1 of 2 candidates keeps it; it costs nothing." in said
    assert "search.max_latency or search.max_size" in caught.value.remedy


def test_a_limit_that_nobody_comes_near_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"none keeps it; one comes nearest with 40 µs, 300 % over"):
        menu([rival("one", np.ones(N)), rival("other", np.ones(N), latency=30)], max_latency=10e-6)


def test_the_gap_limits_the_search_only_where_a_remedy_is_permitted() -> None:
    wide, narrow = rival("wide", np.full(N, 1.0), gap=0.2), rival("narrow", np.full(N, 1.1), gap=0.05)
    declared = Fairness(protected=("city",), max_gap=0.1)
    assert menu([wide, narrow], fairness=declared).recommended == "wide"
    found = menu([wide, narrow], fairness=replace(declared, mitigate=(Remedy.THRESHOLDS,)))
    assert found.recommended == "narrow"
    assert found["wide"].beyond == ("has a gap of 20 points, and fairness.max_gap = 10 points",)


def test_the_rule_is_named_with_its_reason() -> None:
    simple = rival("simple", 1.02 + 0.5 * NOISE, rank=0)
    trees = rival("trees", 1.0 - 0.5 * NOISE)
    assert menu([simple, trees]).because.startswith("trees is recommended because it has the least loss of 2")
    found = menu([simple, trees], prefer=Preference.SIMPLE)
    assert found.recommended == "simple"
    assert (
        "2 of 2 candidates lie within one standard error of the best, and it is the simplest" in found.because
    )


def test_an_open_interval_is_not_told_as_a_number() -> None:
    one = Measured(1.0, None, None, "EUR", 3)
    assert one.within_noise
    assert one.as_json()["low"] is None


def test_a_person_takes_another_candidate_and_the_evidence_follows(trained: tuple[Problem, Trained]) -> None:
    given, made = trained
    folder, before = made.artefact.parent, Scorer.load(made.artefact).spec
    other = next(name for name in made.menu.names if name != made.menu.chosen)
    took = take(given, folder, other)
    assert (took.menu.recommended, took.menu.chosen) == (made.menu.recommended, other)
    assert [candidate.name for candidate in took.candidates if candidate.chosen] == [other]
    assert took.artefact != made.artefact
    assert Scorer.load(made.artefact).spec == before
    assert take(given, folder, other).menu.as_json() == took.menu.as_json()


def test_latency_and_size_are_measured_on_the_files_themselves(trained: tuple[Problem, Trained]) -> None:
    _, made = trained
    home = made.artefact.parent / "candidates"
    for offer in made.menu.offers:
        files = [path for path in (home / offer.name / "artefact").rglob("*") if path.is_file()]
        assert offer.size_bytes == sum(path.stat().st_size for path in files)
        assert offer.latency_p99_us >= offer.latency_us > 0


def test_a_member_that_is_too_large_alone_is_left_out_of_the_blend() -> None:
    small, large = (rival(name, np.ones(N), size=size).record for name, size in (("a", 500), ("b", 5000)))
    refused = rival("c", np.ones(N), refused="it wins only through paid_at").record
    charter = problem(Task.BINARY, n=100).charter
    assert blendable([small, large, refused], charter) == [small, large]
    limited = replace(charter, search=SearchRules(max_size=1000))
    assert blendable([small, large, refused], limited) == [small]


def test_candidates_of_other_rows_are_not_taken_for_these(trained: tuple[Problem, Trained]) -> None:
    given, made = trained
    with pytest.raises(InputError, match="no longer kept"):
        take(replace(given, rows=given.rows.head(500)), made.artefact.parent, made.menu.chosen)
