"""The report on a terminal: a table of doses, what attacks came to, and the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.assurance.extraction.found import Extraction, Way
from airworthy.assurance.extraction.words import DAILY, days, free_words, needed_words
from airworthy.assurance.noise import Noise
from airworthy.assurance.severity.curve import Curve, passed_words
from airworthy.assurance.severity.kinds import CELLS, DOSES
from airworthy.assurance.severity.limits import CODES
from airworthy.assurance.stress.report import Stress
from airworthy.assurance.text_attack.found import Share, TextAttack
from airworthy.assurance.wording import number, percent
from airworthy.kernel.result import NotApplicable

NAME, CELL = 25, 8
HURT_MOST = 2


def told(found: Stress) -> str:
    """The whole report; 80 columns are enough."""
    name = f"{found.name}: " if found.name else ""
    lines = [
        f"{name}{found.figure} {number(found.quality)} on {found.rows:,} rows as they are.",
        *found.notes,
        "",
        *_curves(found),
        *_texts(found.texts),
        *_copied(found.copied),
    ]
    if found.missing:
        lines += ["", f"Stopped. Not reached: {', '.join(found.missing)}. Run the same command again."]
    return "\n".join([*lines, "", _next(found)])


def _curves(found: Stress) -> Iterator[str]:
    if found.curves:
        unit = "share added to RMSE" if found.figure == "RMSE" else f"{found.figure} lost"
        doses = "".join(percent(dose, 0).rjust(CELL) for dose in DOSES[1:])
        yield f"{unit + ' at a dose of'}".ljust(NAME) + doses
    for curve in found.curves:
        yield str(curve.kind).ljust(NAME) + "".join(_cell(point.lost) for point in curve.points[1:])
        if curve.passed is not None and curve.most is not None and curve.passed.value is not None:
            yield f"  {passed_words(curve.passed.as_json(), curve.most, curve.figure)}"
        if hurt := _hurt(curve):
            yield f"  {hurt}"
        if curve.refusal:
            yield f"  Larger doses are refused: {curve.refusal}"
    for one in found.refused:
        yield f"{one.kind.ljust(NAME)}  refused: {one.why}"


def _cell(lost: float) -> str:
    return f"{lost:.3f}".rjust(CELL)


def _hurt(curve: Curve) -> str:
    """Which columns cost most alone; empty where none costs more than chance."""
    shown = [one for one in curve.alone[:HURT_MOST] if one.low is not None and one.low > 0]
    if not shown or len(curve.columns) < 2:
        return ""
    share = "all" if shown[0].share == 1.0 else percent(shown[0].share, 0)
    each = ", ".join(f"{one.label} {number(one.lost)}" for one in shown)
    return f"Most by one column alone, {share} of its {CELLS[curve.kind].split(' ', 1)[0]}: {each}."


def _texts(found: TextAttack | NotApplicable | None) -> Iterator[str]:
    if found is None or isinstance(found, NotApplicable):
        return
    yield ""
    yield f"Of {found.texts:,} rightly decided texts, slips that a person reads over flip:"
    for flips in found.flips:
        words = "one word in ten" if flips.words is None else f"{flips.words} word{'s' * (flips.words > 1)}"
        lucky = f", any of as many random tries {_of(flips.lucky)}" if flips.lucky else ""
        random = f"at random {_of(flips.at_random)}{lucky}"
        yield f"  {words.ljust(16)} picked {_with_interval(flips.chosen)}; {random}"
    yield f"  one neutral sentence at the end {_with_interval(found.inserted)}"
    for step in found.undone:
        if step.restored.n:
            yield (
                f"  {step.step}: brings {_of(step.restored)} of {step.restored.n:,} flipped texts back, "
                f"and changes {_of(step.disturbed)} of {step.disturbed.n:,} clean decisions."
            )
    for example in found.examples[:1]:
        changed = ", ".join(f"{old} as {new}" for old, new, _ in example.words)
        yield f"  For example {changed}: {example.decided} becomes {example.then}."


def _copied(found: Extraction | NotApplicable | None) -> Iterator[str]:
    if found is None:
        return
    yield ""
    if isinstance(found, NotApplicable):
        yield f"Copying the model: {found.reason}"
        return
    yield f"Copies, measured on {found.held:,} held-out rows ({found.measure}):"
    for way in found.ways:
        yield f"  {way.answers} of {way.drawn}: {_points(way)}"
        first, last = way.points[0].queries, way.points[-1].queries
        yield f"    {'; '.join(needed_words(one.as_json(), first, last) for one in way.needed)}"
    truth = found.truth
    outcomes = f"outcomes of {truth.queries:,} rows {percent(truth.value)}, " if truth else ""
    yield f"  Without a question: {outcomes}{free_words(found.measure)} {percent(found.majority)}."
    asked = found.ways[0].points[-1].queries
    limits = ", ".join(f"{_days(days(asked, daily))} at {daily:,}" for daily in DAILY)
    yield f"  {asked:,} answers take a caller {limits} a day; `airworthy serve` limits nobody."


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"


def _points(way: Way) -> str:
    return ", ".join(f"{percent(point.value)} with {point.queries:,}" for point in way.points)


def _of(share: Share) -> str:
    return percent(share.hits / share.n)


def _with_interval(share: Share) -> str:
    document = share.as_json()
    return f"{percent(document['value'])} ({percent(document['low'])} to {percent(document['high'])})"


def _next(found: Stress) -> str:
    passed = [curve for curve in found.curves if curve.passed is not None and curve.passed.value is not None]
    if not passed:
        return "Next: declare what a bad day may cost, [checks.limits.ROB001] in airworthy.toml."
    worst = min(passed, key=lambda curve: curve.passed.value if curve.passed and curve.passed.value else 1.0)
    return (
        f"Next: {worst.kind} costs too much first. Guard that feed, or train with rows spoilt that way: "
        f"airworthy explain {CODES.get(worst.kind, CODES[Noise.MISSING])}"
    )
