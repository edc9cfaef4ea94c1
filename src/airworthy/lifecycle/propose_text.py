"""The proposed charter as text: commented, in the order in which a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from airworthy.charter.model import ROW_ORDER, SplitMethod, Task
from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.propose_deciding import deciding_lines
from airworthy.lifecycle.propose_draft import Draft, decide, listing, note, one_line, quoted
from airworthy.lifecycle.propose_look import Look
from airworthy.lifecycle.propose_ranking import Taken, ranking_fairness, ranking_lines, ranking_serving
from airworthy.lifecycle.propose_words import TIMES, may_be_after_name, tokens

ALIKE = 0.2  # correlation of neighbouring outcomes from which the order of rows is worth a question
CAPPED = 0.01  # share of rows with the largest number from which it may be a ceiling


def ranking_text(draft: Draft, taken: Taken) -> str:
    """The whole file of a charter of lists."""
    top = partial(_top, purpose=taken.purpose)
    lists = partial(ranking_lines, taken=taken)
    return _joined(draft, (top, _source, lists, _budget, ranking_fairness, ranking_serving, _people, _checks))


def charter_text(draft: Draft) -> str:
    """The whole file."""
    ahead = (_forecast,) if draft.series else ()
    parts = (
        _top,
        _source,
        _target,
        _data,
        *ahead,
        _split,
        _costs,
        deciding_lines,
        _budget,
        _fairness,
        _serving,
        _people,
        _checks,
    )
    return _joined(draft, parts)


def _joined(draft: Draft, parts: Sequence[Callable[[Draft], Iterator[str]]]) -> str:
    blocks = ["\n".join(part(draft)) for part in parts]
    return "\n\n".join(blocks) + "\n"


def _top(draft: Draft, purpose: str = "") -> Iterator[str]:
    roles = draft.roles
    yield from note(
        f"The charter of this model, proposed from {draft.path} ({draft.rows:,} rows, "
        f"{len(draft.looks)} columns). Lines marked DECIDE need a person; the rest are guesses to correct. "
        "Every key is described in docs/charter.md."
    )
    yield "format = 1"
    yield f"name = {quoted(draft.name)}"
    if draft.options.purpose is None:
        yield from decide("what is the answer used for, and by whom? The dossier quotes this sentence.")
    yield f"purpose = {quoted(draft.options.purpose or purpose or f'Predict {roles.target.name}')}"
    yield f"task = {quoted(roles.task)}"


def _source(draft: Draft) -> Iterator[str]:
    yield "[[sources]]"
    yield f"name = {quoted(draft.name)}"
    yield f"path = {quoted(draft.path)}"
    if draft.options.sheet is not None:
        yield f"sheet = {quoted(draft.options.sheet)}"
    if draft.roles.time is not None:
        yield f"event_time = {quoted(draft.roles.time)}"
        yield from note('Times without a zone are read as UTC. Say otherwise: zone = "Europe/Berlin"')


def _target(draft: Draft) -> Iterator[str]:
    roles = draft.roles
    yield "[target]"
    yield f"column = {quoted(roles.target.name)}"
    if roles.positive is not None:
        others = [value for value in roles.target.values if value != roles.positive]
        yield from note(f"The event is {quoted(roles.positive)}, not {', '.join(map(quoted, others))}.")
        yield f"positive = {quoted(roles.positive)}"
    top = roles.target.at_top
    if roles.task is Task.REGRESSION and top >= CAPPED * roles.target.filled and top >= 20:
        yield from decide(
            f"is {roles.target.name} cut off at the top? {top:,} of {roles.target.filled:,} rows hold its "
            "largest value: a model of them predicts too low there."
        )
    if roles.target.nulls:
        yield from decide(
            f"{roles.target.nulls:,} of {draft.rows:,} rows have no outcome. They are left out; do they "
            "count as something else?"
        )
        yield 'missing = "leave-out"'
    if roles.time is not None and draft.series is None:
        yield from decide("how long after the decision is the outcome known?")
        yield '# matures_after = "30d"'


def _data(draft: Draft) -> Iterator[str]:
    roles = draft.roles
    yield "[data]"
    if roles.time is not None:
        what = "The time that each row is about" if draft.series else "When each row is decided"
        yield from note(f"{what}: a split by time keeps the future out of training.")
        yield f"decision_time = {quoted(roles.time)}"
    if roles.order_by:
        yield from note(_order(draft))
        yield f"order_by = {listing(roles.order_by)}"
    if roles.other_times:
        yield from note(f"Other dates: {', '.join(roles.other_times)}.")
    if roles.entity:
        yield from _entity(draft)
    for item in roles.excluded:
        yield from note(f"{item.column}: {item.why}.")
    yield f"exclude = {listing(item.column for item in roles.excluded)}"
    if draft.series is None:
        yield from _after_decision(draft)
        yield from _inputs(draft)


def _forecast(draft: Draft) -> Iterator[str]:
    assert draft.series is not None
    yield from draft.series.lines()


def _order(draft: Draft) -> str:
    if draft.roles.order_by != (ROW_ORDER,):
        return "No column holds a date; these put the rows in time order."
    nearly = [look for look in draft.looks if look.nearly_rises and look.name in _time_names(draft)]
    falls = ", ".join(f"{look.name} falls {look.falls:,} times" for look in nearly)
    return f"No column holds a date, and the rows seem to be in time order ({falls} in {draft.rows:,} rows)."


def _time_names(draft: Draft) -> set[str]:
    return {look.name for look in draft.looks if set(tokens(look.name)) & TIMES}


def _entity(draft: Draft) -> Iterator[str]:
    roles = draft.roles
    look = next(look for look in draft.looks if look.name == roles.entity[0])
    if len(roles.entity) == 1:
        timed = roles.split is SplitMethod.TIME
        sides = "rows of one are counted together." if timed else "none stands on both sides of a split."
        yield from note(f"{look.name} repeats ({look.distinct:,} values in {look.filled:,} rows): {sides}")
    yield f"entity = {listing(roles.entity)}"


def _after_decision(draft: Draft) -> Iterator[str]:
    leaks = draft.roles.leaks
    if draft.options.after_decision is None:
        yield from decide(
            "which columns are filled in only after the decision? The model must not read them."
        )
        for leak in leaks:
            yield from note(f"{leak.column}: {leak.why}.")
        if doubtful := [look.name for look in draft.inputs if may_be_after_name(look.name)]:
            yield from note(f"Left as inputs, but ask when they are known: {', '.join(doubtful)}.")
    yield f"after_decision = {listing(leak.column for leak in leaks)}"


def _inputs(draft: Draft) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for look in draft.inputs:
        kinds.setdefault(look.type, []).append(look.name)
    yield from note(f"Left as inputs: {len(draft.inputs)} column{'s' * (len(draft.inputs) != 1)}.")
    for kind, names in kinds.items():
        yield from note(f"  {kind}: {', '.join(names)}")
    yield from note('Correct a type here: types = { postcode = "category" }')


def _split(draft: Draft) -> Iterator[str]:
    reasons = {
        SplitMethod.TIME: "The latest rows are sealed: the model is judged on a future it has not seen.",
        SplitMethod.ENTITY: "Whole entities are sealed: the model is judged on ones it has not seen.",
        SplitMethod.STRATIFIED: "No time and no repeating key were found: rows are sealed at random.",
    }
    yield "[split]"
    yield from note(reasons[draft.roles.split])
    alike = draft.roles.target.alike or 0.0
    if draft.roles.split is SplitMethod.STRATIFIED and alike >= ALIKE:
        yield from decide(
            f"do the rows stand in an order? Neighbours have like outcomes (correlation {alike:.2f}), and "
            "rows drawn at random then promise too much. In order of time: order_by = "
            f'["{ROW_ORDER}"] under [data] and method = "time"; of place or group: name it as data.entity.'
        )
    yield f"method = {quoted(draft.roles.split)}"
    yield "sealed = 0.2"
    yield "validation = 0.2"
    yield "max_openings = 3"


def _costs(draft: Draft) -> Iterator[str]:
    yield "[costs]"
    if not draft.costs:
        yield from decide(
            "what does an error cost, or between what and what? Until a person says so no currency is "
            "printed, and results speak of errors per 1,000 cases."
        )
        yield '# currency = "EUR"'
    elif len(draft.costs) == 1:
        yield from decide("the other side of the scales: what does the other kind of error cost?")
    declared = dict(draft.costs)
    if declared:
        yield f"currency = {quoted(draft.costs[0][1].currency)}"
    examples = {
        Task.BINARY: {"false_positive": "5", "false_negative": "[80, 200]"},
        Task.MULTICLASS: {"matrix": _example_matrix(draft.roles.target)},
        Task.REGRESSION: {"over": "0.1", "under": "[0.2, 0.4]"},
    }[draft.roles.task]
    meaning = {
        "false_positive": f"of one false alarm: decided {draft.roles.positive}, and it was not",
        "false_negative": f"of one missed event: {draft.roles.positive}, and nobody knew",
        "matrix": "by actual class, then decided class",
        "over": "a unit predicted too high",
        "under": "a unit predicted too low",
    }
    for key, example in examples.items():
        cost = declared.get(key)
        line = f"{key} = {_amount(cost)}" if cost else f"# {key} = {example}"
        yield f"{line}  # {one_line(meaning[key])}"


def _amount(cost: MoneyRange) -> str:
    low, high = (repr(bound).removesuffix(".0") for bound in (cost.low, cost.high))
    return low if cost.exact else f"[{low}, {high}]"


def _example_matrix(target: Look) -> str:
    first, second = (quoted(value) for value in target.values[:2])
    return f"{{ {first} = {{ {second} = 1 }}, {second} = {{ {first} = 2 }} }}"


def _budget(draft: Draft) -> Iterator[str]:
    options = draft.options
    yield "[budget]"
    yield from note("Hard limits: at the end of the time the best model so far is kept.")
    yield f"time = {quoted(options.duration('--time-budget', options.time_budget, '5m'))}"
    yield from note(
        'rate_per_hour = 0.4 (with a currency) shows what a run costs; memory = "4GiB" limits it.'
    )


def _fairness(draft: Draft) -> Iterator[str]:
    yield "[fairness]"
    if draft.options.protected is None:
        yield from decide(
            "who must not be treated worse? These columns look as if they described groups of people."
            if draft.roles.protected
            else "who must not be treated worse? No column looks as if it described groups of people."
        )
    yield f"protected = {listing(draft.roles.protected)}"
    if draft.options.use_protected is None and draft.roles.protected:
        yield from decide("may the model read them? Groups are compared either way.")
    yield f"use_as_input = {'true' if draft.options.use_protected else 'false'}"
    yield from note(
        "The largest accepted difference of rates, and the rows below which a group only informs."
    )
    yield "max_gap = 0.1"
    yield "min_rows = 100"


def _serving(draft: Draft) -> Iterator[str]:
    options = draft.options
    yield "[serving]"
    if options.latency is None:
        yield from decide("how long may one decision take, 99 times of 100?")
    yield f"latency = {quoted(options.duration('serving.latency', options.latency, '50ms'))}"
    yield ""
    if options.fallback is not None:
        yield "[serving.fallback]"
        regression = draft.roles.task is Task.REGRESSION
        yield f"decision = {options.fallback if regression else quoted(options.fallback)}"
        return
    yield from decide("what decides when the model may not? A fixed answer, or a rule on one column.")
    yield "# [serving.fallback]"
    example = "0.0" if draft.roles.task is Task.REGRESSION else quoted(draft.roles.target.values[0])
    yield f"# decision = {example}"


def _people(draft: Draft) -> Iterator[str]:
    approvers = draft.options.approvers
    if not approvers:
        yield from decide("who must sign before a version goes live? The author of a run cannot.")
        for line in ("[[people]]", 'name = "Ada Lovelace"', 'roles = ["approver"]', ""):
            yield f"# {line}".rstrip()
        yield "# [promotion]"
        yield "# approvals = 1"
        return
    for name in approvers:
        yield "[[people]]"
        yield f"name = {quoted(name)}"
        yield 'roles = ["approver"]'
        yield ""
    yield "[promotion]"
    yield f"approvals = {len(approvers)}"


def _checks(draft: Draft) -> Iterator[str]:
    yield "[checks]"
    yield from note(
        "These must pass, or be waived by name, before a version is promoted. All other checks inform. "
        "`airworthy explain CODE` says what each measures."
    )
    yield "required = ["
    for code, title in draft.required:
        yield f"  {quoted(code)},  # {one_line(title)}"
    yield "]"
    example = "REC001 = { low = 0.02 }" if draft.roles.task is Task.RANKING else "PER001 = { low = 0.7 }"
    yield from note(f"Another limit than the shipped one: limits = {{ {example} }}")
