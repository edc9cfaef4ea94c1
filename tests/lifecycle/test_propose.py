"""A proposal is a charter that loads, with sensible guesses and the human lines marked."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from airworthy.assurance import default_required
from airworthy.charter import load_charter, parse_charter
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.propose import Proposal, ProposeOptions, propose, with_answer
from airworthy.lifecycle.propose_questions import describe

ROWS = 600


def table(**columns: list[object]) -> pl.DataFrame:
    """A clean binary table, with further columns."""
    draw = random.Random(3)
    base: dict[str, list[object]] = {
        "amount": [round(draw.gauss(100, 20), 2) for _ in range(ROWS)],
        "plan": [draw.choice(["basic", "plus", "pro"]) for _ in range(ROWS)],
        "Churn": [draw.choice(["No", "No", "Yes"]) for _ in range(ROWS)],
    }
    return pl.DataFrame(base | columns)


def loaded(proposal: Proposal, folder: Path) -> Proposal:
    path = folder / "airworthy.toml"
    path.write_text(proposal.text)
    assert load_charter(path).digest == proposal.charter.digest
    return proposal


def test_a_plain_table_gives_a_charter_that_loads(tmp_path: Path) -> None:
    proposal = loaded(propose(table(), "customers.csv", "Churn"), tmp_path)
    charter = proposal.charter
    assert charter.task is Task.BINARY
    assert charter.target.positive == "Yes"
    assert charter.name == "customers"
    assert charter.sources[0].path == "customers.csv"
    assert charter.split.method == "stratified"


def test_no_cost_is_ever_made_up() -> None:
    for target in ("Churn", "plan", "amount"):
        proposal = propose(table(), "customers.csv", target)
        costs = proposal.charter.costs
        assert (costs.currency, costs.false_positive, costs.matrix, costs.over) == (None, None, None, None)


def test_the_lines_that_only_a_person_can_decide_are_marked() -> None:
    text = propose(table(gender=["Male", "Female"] * 300), "customers.csv", "Churn").text
    marked = [line for line in text.split("\n") if line.startswith("# DECIDE: ")]
    for word in (
        "used for",
        "after the decision",
        "error cost",
        "treated worse",
        "sign",
        "how long",
        "may not",
    ):
        assert any(word in line for line in marked), word


def test_every_question_has_a_reason_and_two_examples() -> None:
    for question in propose(table(), "customers.csv", "Churn").questions:
        assert question.why
        assert question.good
        assert question.bad
        assert question.why in describe(question)


def test_a_decision_is_proposed_as_far_as_the_table_and_the_costs_tell(tmp_path: Path) -> None:
    options = ProposeOptions(cost_false_positive="5 EUR", cost_false_negative="45 EUR")
    text = loaded(propose(table(), "c.csv", "Churn", options), tmp_path).text
    assert "With these costs a review pays below 4.5:" in text  # 5 x 45 / 50
    assert "# per_rows = 5000" in text  # no column says when a row is decided
    assert '# present = "amount >= 1000"' in text
    assert '# volume = "30000/mo"' in text
    numbers = loaded(propose(table().drop("Churn"), "c.csv", "amount"), tmp_path)
    assert numbers.charter.decision.interval == 0.9


def test_answers_fill_the_lines_and_their_questions_disappear(tmp_path: Path) -> None:
    frame = table(gender=["Male", "Female"] * 300, closed_on=["x"] * ROWS)
    options = ProposeOptions(currency="EUR")
    answers = {
        "purpose": "Choose whom to call",
        "target.positive": "Yes",
        "data.after_decision": "closed_on",
        "costs.false_positive": "5",
        "costs.false_negative": "80..200",
        "fairness.protected": "gender",
        "fairness.use_as_input": "no",
        "serving.latency": "200ms",
        "serving.fallback.decision": "No",
        "people": "Ada, Grace",
    }
    assert {question.key for question in propose(frame, "c.csv", "Churn").questions} == set(answers)
    for key, answer in answers.items():
        options = with_answer(options, key, answer)
    proposal = loaded(propose(frame, "c.csv", "Churn", options), tmp_path)
    charter = proposal.charter
    assert proposal.questions == ()
    assert "# DECIDE: " not in proposal.text
    assert charter.costs.false_positive == MoneyRange(5, 5, "EUR")
    assert charter.costs.false_negative == MoneyRange(80, 200, "EUR")
    assert charter.data.after_decision == ("closed_on",)
    assert charter.serving.latency_seconds == 0.2
    assert charter.serving.fallback is not None
    assert charter.serving.fallback.decision == "No"
    assert [person.name for person in charter.people_with("approver")] == ["Ada", "Grace"]
    assert charter.promotion.approvals == 2


def test_an_empty_answer_keeps_the_guess_and_an_unknown_question_is_refused() -> None:
    options = ProposeOptions()
    assert with_answer(options, "fairness.protected", "  ") == options
    assert with_answer(options, "fairness.protected", "none").protected == ()
    with pytest.raises(InputError, match="no question"):
        with_answer(options, "colour", "red")


def test_options_are_taken_as_said(tmp_path: Path) -> None:
    frame = table(when=[f"2024-01-{1 + row % 28:02d}" for row in range(ROWS)], who=list(range(100)) * 6)
    options = ProposeOptions(
        positive="No",
        time="when",
        entity=("who",),
        protected=(),
        exclude=("plan",),
        time_budget="90s",
        cost_false_positive="5 EUR",
    )
    charter = loaded(propose(frame, "c.csv", "Churn", options), tmp_path).charter
    assert charter.target.positive == "No"
    assert charter.data.decision_time == "when"
    assert charter.data.entity == ("who",)
    assert "plan" in charter.data.exclude
    assert charter.budget.seconds == 90
    assert charter.costs.currency == "EUR"
    assert charter.split.method == "time"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ProposeOptions(positive="Maybe"), "Its values are: No, Yes"),
        (ProposeOptions(time="amont"), 'Did you mean "amount"?'),
        (ProposeOptions(protected=("Plan",)), 'Did you mean "plan"?'),
        (ProposeOptions(exclude=("nothing",)), "The table has"),
        (ProposeOptions(time_budget="soon"), "--time-budget"),
        (ProposeOptions(cost_false_positive="5"), "Add --currency EUR"),
        (ProposeOptions(cost_false_positive="-5", currency="EUR"), "is no cost"),
        (ProposeOptions(cost_false_positive="9..5", currency="EUR"), "from high to low"),
        (ProposeOptions(cost_false_positive="5 EUR", cost_false_negative="5 USD"), "Use one currency"),
    ],
)
def test_an_option_that_cannot_be_taken_is_a_clear_error(options: ProposeOptions, words: str) -> None:
    with pytest.raises(InputError) as caught:
        propose(table(), "customers.csv", "Churn", options)
    assert words in str(caught.value)


def test_costs_of_two_outcomes_are_refused_for_a_number() -> None:
    with pytest.raises(InputError, match="for two outcomes"):
        propose(table(), "c.csv", "amount", ProposeOptions(cost_false_positive="5 EUR"))


@pytest.mark.parametrize(
    ("frame", "target", "words"),
    [
        (table(), "churn", 'Did you mean "Churn"?'),
        (table(one=["x"] * ROWS), "one", "nothing to tell apart"),
        (table(none=[None] * ROWS), "none", "is empty"),
        (table(key=[f"c{row}" for row in range(ROWS)]), "key", "different values"),
        (table().drop("Churn", "plan").with_columns(b=pl.col("amount") * 2), None, "--target"),
        (table().head(0), "Churn", "too little"),
        (table().select("Churn"), "Churn", "too little"),
    ],
)
def test_a_target_that_cannot_be_predicted_is_a_clear_error(
    frame: pl.DataFrame, target: str | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        propose(frame, "c.csv", target)
    assert words in str(caught.value)


def test_the_target_is_found_by_its_name() -> None:
    assert propose(table(), "c.csv").charter.target.column == "Churn"


def test_planted_columns_are_left_out_with_their_reason() -> None:
    draw = random.Random(5)
    churn = table()["Churn"].to_list()
    yes = [value == "Yes" for value in churn]
    frame = table(
        customer_id=[f"K{row:05d}" for row in range(ROWS)],
        region=["North"] * ROWS,
        ChurnReason=["price" if event else None for event in yes],
        exit_call=[draw.random() if event else None for event in yes],
        score_after=[2 + draw.random() if event else draw.random() for event in yes],
        final_letter=["sent" if event else "none" for event in yes],
        cancellation=[draw.choice("ab") for _ in yes],
        harmless_gap=[None if draw.random() < 0.5 else 1.5 for _ in yes],
    )
    proposal = propose(frame, "c.csv", "Churn")
    assert set(proposal.charter.data.exclude) == {"customer_id", "region"}
    assert set(proposal.charter.data.after_decision) == {
        "ChurnReason",
        "exit_call",
        "score_after",
        "final_letter",
        "cancellation",
    }
    for reason in ('always "North"', "named after the target", "almost only when Churn", "AUC of 1.000"):
        assert reason in " ".join(proposal.text.replace("\n# ", " ").split()), reason


def test_clean_columns_are_not_called_leaks_in_two_hundred_worlds() -> None:
    alarms = 0
    for seed in range(200):
        draw = random.Random(seed)
        rows = range(200)
        events = [draw.random() < 0.3 for _ in rows]
        frame = pl.DataFrame(
            {
                "strong": [draw.gauss(1.5 if event else 0, 1) for event in events],
                "level": [draw.choice("abcdefgh") for _ in rows],
                "gaps": [
                    None if draw.random() < (0.6 if event else 0.2) else 1.0 * draw.random()
                    for event in events
                ],
                "y": ["yes" if event else "no" for event in events],
            }
        )
        alarms += len(propose(frame, "c.csv", "y").charter.data.after_decision)
    print(f"false alarms on clean columns: {alarms} of 600")
    assert alarms == 0


def test_a_repeating_key_is_the_entity_and_a_unique_one_is_left_out() -> None:
    frame = table(
        patient_id=[row % 200 + 1000 for row in range(ROWS)], visit_id=list(range(5000, 5000 + ROWS))
    )
    charter = propose(frame, "c.csv", "Churn").charter
    assert charter.data.entity == ("patient_id",)
    assert charter.data.exclude == ("visit_id",)
    assert charter.split.method == "entity"


def test_dates_make_a_split_by_time_but_a_birthday_does_not() -> None:
    days = [f"20{10 + row % 14}-0{1 + row % 9}-15" for row in range(ROWS)]
    born = propose(table(date_of_birth=days), "c.csv", "Churn").charter
    assert born.data.decision_time is None
    assert born.fairness.protected == ("date_of_birth",)
    opened = propose(table(date_of_birth=days, opened_on=days), "c.csv", "Churn").charter
    assert opened.data.decision_time == "opened_on"
    assert opened.split.method == "time"


def test_year_month_and_day_columns_order_the_rows() -> None:
    frame = table(
        day=[1 + row % 28 for row in range(ROWS)],
        Monat=[1 + row % 12 for row in range(ROWS)],
        year=[2010 + row // 100 for row in range(ROWS)],
    )
    charter = propose(frame, "c.csv", "Churn").charter
    assert charter.data.order_by == ("year", "Monat", "day")
    assert charter.split.method == "time"


def test_names_with_quotes_breaks_and_hashes_stay_inside_their_strings(tmp_path: Path) -> None:
    names = ['a "b"', "c\nd = 1", "#e", "f\\g", "h = [", "ü\x7f"]
    frame = table(**{name: ["x"] * ROWS for name in names}).rename({"Churn": 'Ch"urn\n[x]'})
    proposal = loaded(propose(frame, 'my "file".csv', 'Ch"urn\n[x]'), tmp_path)
    assert set(names) <= set(proposal.charter.data.exclude)
    assert proposal.charter.target.column == 'Ch"urn\n[x]'


def test_rows_without_an_outcome_are_counted_and_left_to_a_person() -> None:
    frame = table().with_columns(
        pl.when(pl.int_range(pl.len()) < 50).then(None).otherwise(pl.col("Churn")).alias("Churn")
    )
    proposal = propose(frame, "c.csv", "Churn")
    assert "50 of 600 rows have no Churn." in proposal.notes
    assert 'missing = "leave-out"' in proposal.text


def test_the_proposal_is_the_same_every_time() -> None:
    assert propose(table(), "c.csv", "Churn").text == propose(table(), "c.csv", "Churn").text


def test_the_text_declares_what_the_charter_says() -> None:
    proposal = propose(table(sex=["m", "f"] * 300), "c.csv", "Churn")
    assert parse_charter(proposal.text, Path("x.toml")).fairness.protected == ("sex",)


@pytest.mark.parametrize("target", ["Churn", "plan", "amount"])
def test_at_most_eight_checks_are_required_and_each_is_named(target: str) -> None:
    proposal = propose(table(), "c.csv", target)
    required = proposal.charter.checks.required
    assert required == default_required(proposal.charter.task)
    assert 1 <= len(required) <= 8
    assert '"SRV002",  # The server gives the tested score' in proposal.text
