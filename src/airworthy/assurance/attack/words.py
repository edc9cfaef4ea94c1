"""What an attack found, in a table and sentences; nothing here says that a model withstands anything."""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.assurance.attack.report import Attack, ClassAttacked, Example, Second, Step
from airworthy.assurance.wording import percent, rows
from airworthy.charter.problems import listed
from airworthy.kernel.result import Measurement

NAME, CELL = 18, 24
SHOWN_COLUMNS = 3
NO_PROOF = "That is no proof that there is none."


def written(found: Attack) -> str:
    """All of it as text."""
    parts = ["\n".join(_head(found)), "\n".join(_table(found)), "\n".join(_sentences(found))]
    return "\n\n".join(part for part in parts if part)


def _head(found: Attack) -> Iterator[str]:
    free = f"{len(found.free):,} free: {listed(list(found.free))}" if found.free else "none free to change"
    yield f"{rows(found.rows)} attacked; columns {free}."
    yield f"The model was asked about {found.asked:,} rows."
    if not found.declared:
        yield (
            "Nobody declared what may change: [changes.COLUMN] in airworthy.toml, or changes=, says what "
            "somebody could change, and how far."
        )
    yield from found.notes
    if found.stopped:
        yield "Stopped before the end: what follows was finished."


def _table(found: Attack) -> Iterator[str]:
    if not found.classes or not found.free:
        return
    most = found.effort.changes
    heads = [f"{'by' if n == 1 else 'up to'} {n} change{'s' if n > 1 else ''}" for n in range(1, most + 1)]
    heads.append(f"at random ({found.random_changes})")
    yield f"{'decided':{NAME}} {'rows':>6}  " + "".join(f"{head:{CELL}}" for head in heads).rstrip()
    for one in found.classes:
        cells = [_cell(share) for share in one.shares]
        cells.append("" if one.at_random is None else _cell(one.at_random))
        name = one.decided if len(one.decided) < NAME else one.decided[: NAME - 1] + "…"
        yield f"{name:{NAME}} {one.rows:>6,}  " + "".join(f"{cell:{CELL}}" for cell in cells).rstrip()
    yield (
        f"  Share of rows in which such a change flips the decision, 95 % intervals. At random: any of "
        f"{found.draws} permitted changes of {columns_of(found.random_changes)}."
    )


def _cell(share: Measurement) -> str:
    return f"{100 * share.value:.1f} % ({100 * (share.low or 0):.1f}–{100 * (share.high or 0):.1f})"


def _sentences(found: Attack) -> Iterator[str]:
    for one in found.classes:
        yield sentence(found, one)
        yield from (f"  For example row {shown.row + 1:,}: {told(shown)}." for shown in one.examples[:1])
        if one.second is not None:
            yield f"  {second_told(one.second)}"


def sentence(found: Attack, one: ClassAttacked) -> str:
    """What was found on one class, in a few plain sentences."""
    where = f"{rows(one.rows)} decided {one.decided!r}"
    if not found.free:
        return f"No column of the {where} may change, so that nothing was attacked."
    most = found.effort.changes
    if not one.flipped:
        return (
            f"No permitted change of {'up to ' if most > 1 else ''}{columns_of(most)} was found that flips "
            f"any of {where}, with about {found.asked // max(1, found.rows):,} candidates a row. {NO_PROOF}"
        )
    share = one.shares[found.random_changes - 1]
    said = (
        f"Changing {moved(found.random_changes, len(found.free))} flips {percent(share.value, 0)} of {where} "
        f"({percent(share.low, 0)} to {percent(share.high, 0)})"
    )
    if one.at_random is not None:
        said += f"; any of {found.draws} such changes at random flips {percent(one.at_random.value, 0)}"
    often = _often(one) if len(found.free) > 1 else ""
    return " ".join(part for part in (f"{said}.", often, _paid(one)) if part)


def sentences_of_all(found: Attack) -> str:
    """What was found on all classes together."""
    return " ".join(sentence(found, one) for one in found.classes)


def columns_of(count: int) -> str:
    """`two columns`.

    >>> columns_of(1), columns_of(3)
    ('one column', 'three columns')
    """
    words = {1: "one column", 2: "two columns", 3: "three columns"}
    return words.get(count, f"{count} columns")


def moved(most: int, free: int) -> str:
    """How many columns are changed, of how many.

    >>> moved(2, 5), moved(2, 1)
    ('at most two of the 5 columns that may change', 'the only column that may change')
    """
    if free == 1:
        return "the only column that may change"
    count = columns_of(most).split()[0]
    return f"{'' if most == 1 else 'at most '}{count} of the {free:,} columns that may change"


def _often(one: ClassAttacked) -> str:
    """Which columns carry the flips."""
    parts = [f"{name} in {count:,}" for name, count in list(one.columns.items())[:SHOWN_COLUMNS]]
    return f"The {one.flipped:,} flips found change {listed(parts)}." if parts else ""


def _paid(one: ClassAttacked) -> str:
    if one.price is None:
        return ""
    price, unit = one.price, one.price.currency
    said = (
        f"The cheapest that was found costs {price.paid.median:,.0f} {unit} at the median "
        f"({price.paid.low:,.0f} to {price.paid.high:,.0f} in eight of ten)"
    )
    if price.loss is None or price.cheaper is None:
        return f"{said}."
    return (
        f"{said}; where the decision was right, the error that it makes costs {price.loss.median:,.0f} "
        f"{unit}, and in {percent(price.cheaper.value, 0)} of {price.cheaper.n:,} such rows more than the "
        "change."
    )


def second_told(second: Second) -> str:
    """What another attack found, and what the search had missed."""
    said = (
        f"Second opinion, {second.method} on the numbers of {rows(second.rows)}: a start in "
        f"{second.started:,}, a flip in {second.found:,}, left after rounding in {second.kept:,}"
    )
    if second.kept:
        said += f", of which the search had missed {second.missed:,}"
    if second.size is not None and second.own_size is not None:
        own = second.own_size.median
        said += f"; median size {second.size.median:.2g}, the search's in the same rows {own:.2g}"
    return f"{said}. It asked {second.asked:,} rows."


def told(example: Example) -> str:
    """One flip: `income 2,400 to 2,900: no to yes`."""
    return f"{listed([_step(step) for step in example.steps])}: {example.before} to {example.after}"


def _step(step: Step) -> str:
    return f"{step.column} {_value(step.before)} to {_value(step.after)}"


def _value(value: str | float | None) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else f"{value:,.10g}"
