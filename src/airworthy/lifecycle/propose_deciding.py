"""What a proposed charter says of decisions: what only a person knows stays a comment, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.charter.model import Task
from airworthy.lifecycle.propose_draft import Draft, note, quoted

ENOUGH_ROWS = 200
"""From here on the rows that measure a model are enough to learn the width of intervals as well."""


def deciding_lines(draft: Draft) -> Iterator[str]:
    """The `[decision]` table."""
    yield "[decision]"
    if draft.roles.task is Task.BINARY:
        yield from _binary(draft)
    else:
        yield from _interval(draft)
    if draft.costs:
        yield from note("The menu then speaks of money a month instead of money per 1,000 decisions:")
        yield '# volume = "30000/mo"'


def _binary(draft: Draft) -> Iterator[str]:
    event = draft.roles.positive
    yield from note(
        f"How many rows decided {event} can people follow up? Without a limit all are taken that pay. "
        + (
            "A window is a stretch of time, because the rows have one."
            if draft.roles.time
            else "A window is a number of rows, because no column says when each is decided."
        )
    )
    yield "# capacity = 200"
    yield '# per = "1d"' if draft.roles.time else "# per_rows = 5000"
    yield from note("What decides today? The dossier then shows the model beside it.")
    number = next((look.name for look in draft.inputs if look.type.numeric), None)
    yield f"# present = {quoted(f'{number} >= 1000' if number else 'a column with the decision')}"
    yield from _review(draft)


def _review(draft: Draft) -> Iterator[str]:
    """A review pays below alarm x miss / (alarm + miss) (Chow 1970), which is known where both costs are."""
    costs = dict(draft.costs)
    if set(costs) != {"false_positive", "false_negative"}:
        yield from note(
            "Doubtful rows can go to a person once the costs of errors are declared: review_cost."
        )
        return
    alarm, miss = costs["false_positive"].middle, costs["false_negative"].middle
    most = alarm * miss / (alarm + miss) if alarm + miss else 0.0
    yield from note(f"Doubtful rows can go to a person. With these costs a review pays below {most:.3g}:")
    yield f"# review_cost = {most / 2:.2g}"


def _interval(draft: Draft) -> Iterator[str]:
    if draft.roles.task is Task.REGRESSION:
        what = "Each number comes with an interval that holds nine outcomes of ten, measured on later rows."
    else:
        what = "Each answer comes with the set of classes that holds nine outcomes of ten."
    yield from note(what)
    wanted = draft.roles.task is Task.REGRESSION and draft.rows >= ENOUGH_ROWS
    yield "interval = 0.9" if wanted else "# interval = 0.9"
