"""A private run: one fit with noise, and nothing of the rows in its file but what the noise covers."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from interpret.privacy import DPExplainableBoostingClassifier
from model_worlds import problem

from airworthy.charter.model import LearnerKind, SearchRules, Task
from airworthy.charter.private import PrivacyRules
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.measures.epsilon import gaussian_epsilon
from airworthy.model import Problem, Trained, train
from airworthy.model.crossfit import margins_of
from airworthy.model.job import prepare_job
from airworthy.model.private.additive import fit_private_additive
from airworthy.model.private.columns import public_contract, require_declared
from airworthy.model.private.plan import EXAMPLE, additive_mu, plan_of
from airworthy.model.private.units import few_of_each
from airworthy.model.rows import rows_of
from airworthy.scoring import Scorer
from airworthy.scoring.columns import row_at
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Additive, Code, Identity

RULES = PrivacyRules(
    epsilon=8.0,
    delta=1e-5,
    total_epsilon=8.0,
    bounds={"income": (0.0, 20_000.0), "age": (18.0, 80.0), "score": (-4.0, 4.0), "y": (40.0, 160.0)},
    categories={"city": ("Bern", "Kiel", "Lima", "Oslo", "Rome")},
    missing=("income",),
)
READ = ("income", "age", "score", "member", "city", "seen")


def private(task: Task, rules: PrivacyRules = RULES, kind: LearnerKind | None = None) -> Problem:
    """The planted world of `task` without its free text, to be learned with noise."""
    given = problem(task, 2000, only=READ)
    search = SearchRules(learners=None if kind is None else (kind,))
    return replace(given, charter=replace(given.charter, privacy=rules, search=search))


def trained_on(given: Problem, folder: Path) -> Trained:
    return train(given, folder, Budget(600), QuietProgress(), threads=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, Trained]:
    given = private(Task.BINARY)
    return given, trained_on(given, tmp_path_factory.mktemp("private"))


def test_one_model_is_fitted_and_measured_on_rows_that_it_did_not_see(
    trained: tuple[Problem, Trained],
) -> None:
    given, found = trained
    assert [candidate.name for candidate in found.candidates] == ["additive-private"]
    assert found.learned_rows + len(found.held_out.places) == given.rows.height
    assert found.candidates[0].quality < 0.6  # the log loss of the base rate is .69


def test_row_and_batch_score_alike_bit_for_bit(trained: tuple[Problem, Trained]) -> None:
    given, found = trained
    scorer = Scorer.load(found.artefact)
    columns = columns_for_scoring(given.rows, scorer.spec.contract)
    batch = scorer.score_columns(columns)
    for at in range(40):
        one = scorer.score_row(row_at(scorer.spec.contract, columns, at))
        assert one.raw == tuple(batch.raw[at].tolist())
        assert one.decision == batch.decision[at]


def test_the_file_holds_no_word_range_mean_count_or_row_of_the_people(
    trained: tuple[Problem, Trained],
) -> None:
    _, found = trained
    spec = found.spec
    city, age = spec.contract["city"], spec.contract["age"]
    assert city.vocabulary == RULES.categories["city"]  # Lima, which nobody lives in, is there too
    assert (age.low, age.high) == RULES.bounds["age"]
    assert not any(column.counts or column.null_share for column in spec.contract.columns)
    assert spec.contract.rows == 0
    assert isinstance(spec.calibration, Identity)
    assert spec.baseline[[f.column for f in spec.features].index("age")] == 49.0
    example = json.loads((found.artefact / "input_example.json").read_text())
    assert example["data"][0][example["columns"].index("age")] == 49


def test_a_word_that_nobody_has_gets_a_score_of_its_own_or_that_of_rare_words() -> None:
    job = prepare_job(private(Task.BINARY))
    rows, plan = rows_of(job.rows, job.job), job.job.private
    assert plan is not None
    fitted = fit_private_additive(rows, plan, test_seed=3)
    assert isinstance(fitted.learner, Additive)
    at = next(i for i, feature in enumerate(fitted.features) if isinstance(feature, Code))
    term = next(term for term in fitted.learner.terms if term.features == (at,))
    assert len(term.scores[0]) == 1 + 5 + 1  # missing, five declared words, any other


def test_two_fits_of_the_same_rows_draw_other_noise() -> None:
    job = prepare_job(private(Task.BINARY))
    rows, plan = rows_of(job.rows, job.job), job.job.private
    assert plan is not None
    first, second = fit_private_additive(rows, plan), fit_private_additive(rows, plan)
    assert first.learner != second.learner
    again = [fit_private_additive(rows, plan, test_seed=1).learner for _ in range(2)]
    assert again[0] == again[1]


def test_a_finished_model_is_not_fitted_again_for_the_same_rows(
    trained: tuple[Problem, Trained],
) -> None:
    given, found = trained
    again = trained_on(given, found.artefact.parent)
    assert digest_tree(again.artefact) == digest_tree(found.artefact)


@pytest.mark.parametrize("task", [Task.REGRESSION, Task.MULTICLASS])
def test_a_net_of_noisy_steps_scores_row_and_batch_alike(task: Task) -> None:
    pytest.importorskip("opacus", reason="needs the extra privacy")
    from airworthy.model.private.network import fit_private_network

    given = private(task)
    job = prepare_job(replace(given, charter=replace(given.charter, privacy=None))).job
    rows = rows_of(prepare_job(replace(given, charter=replace(given.charter, privacy=None))).rows, job)
    bounds = dict(RULES.bounds)
    plan = msgspec.structs.replace(
        EXAMPLE,
        kind="network",
        bounds=bounds,
        categories=dict(RULES.categories),
        noise=1.0,
        rate=0.02,
        steps=60,
    )
    fitted = fit_private_network(rows, plan, test_seed=5)
    again = fit_private_network(rows, plan, test_seed=5)
    other = fit_private_network(rows, plan)
    assert fitted.weights == again.weights
    assert fitted.weights != other.weights
    batch = margins_of(fitted, rows.take(np.arange(300)))
    singles = np.vstack([margins_of(fitted, rows.take(np.array([at]))) for at in range(5)])
    assert batch[:5].tobytes() == singles.tobytes()


def test_a_number_is_learned_within_its_declared_bounds(tmp_path: Path) -> None:
    found = trained_on(private(Task.REGRESSION), tmp_path)
    assert found.candidates[0].quality < 15  # the spread of the outcome is about 17


def test_undeclared_columns_are_named_before_anything_is_learned(tmp_path: Path) -> None:
    rules = replace(RULES, bounds={"score": (-4.0, 4.0)}, categories={}, missing=())
    with pytest.raises(InputError) as caught:
        trained_on(private(Task.BINARY, rules), tmp_path)
    assert "bounds of income, age; categories of city" in caught.value.message
    assert "[privacy.bounds]" in caught.value.remedy
    assert not (tmp_path / "candidates").exists()


def test_free_text_is_refused_by_name() -> None:
    contract = Contract(columns=(Column(name="remark", type=LogicalType.TEXT),))
    with pytest.raises(InputError, match="free text of remark"):
        require_declared(contract, RULES)


def test_a_delta_that_a_published_row_would_keep_is_refused() -> None:
    charter = replace(private(Task.BINARY).charter, privacy=replace(RULES, delta=1e-3))
    with pytest.raises(InputError, match="publishes one of them whole"):
        plan_of(charter, 1000)


def test_a_person_with_three_rows_is_told_no_better_than_epsilon() -> None:
    charter = private(Task.BINARY).charter
    rules = replace(RULES, epsilon=1.0, unit="patient", rows_per_unit=3)
    plan = plan_of(replace(charter, privacy=rules), 1000)
    assert plan.fit_epsilon < 1 / 2
    moved = 3 * additive_mu(plan.fit_epsilon, plan.delta)
    assert 0.99 < gaussian_epsilon(moved, plan.delta) <= 1.0


def test_of_each_person_only_the_allowed_rows_teach() -> None:
    groups = np.repeat(np.arange(50), np.arange(50) % 7 + 1)
    kept = few_of_each(groups, 3, seed=4)
    counts = np.bincount(groups[kept], minlength=50)
    assert counts.tolist() == [min(3, size % 7 + 1) for size in range(50)]


def test_the_public_contract_keeps_how_a_flag_is_written() -> None:
    flag = Column(name="member", type=LogicalType.FLAG, vocabulary=("Yes", "No"), counts=(9, 1))
    found = public_contract(Contract(columns=(flag,), rows=10), EXAMPLE)
    assert found["member"].vocabulary == ("No", "Yes")
    assert found["member"].counts == ()


def test_the_mu_that_is_booked_is_that_of_the_noise_that_interpret_adds() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, (200, 3))
    model = DPExplainableBoostingClassifier(
        epsilon=2.0,
        delta=1e-5,
        feature_types=["continuous"] * 3,
        privacy_bounds=dict.fromkeys(range(3), (0.0, 1.0)),
        max_rounds=10,
        n_jobs=1,
    ).fit(x, np.arange(200) % 2)
    # Each of n queries with noise of `scale` times its reach adds 1 / scale^2 to mu^2.
    binned = 3 / model.noise_scale_binning_**2
    summed = 10 * 3 / (model.noise_scale_boosting_ / model.learning_rate) ** 2
    assert math.sqrt(binned + summed) == pytest.approx(additive_mu(2.0, 1e-5), rel=1e-4)
