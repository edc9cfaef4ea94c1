"""The reasons of one row as sentences and as a table that a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from airworthy.assurance.explain.row import BEYOND, MISSING, UNSEEN, ColumnReason, RowReasons

TOP = 5
_NOTED = {
    MISSING: "it is missing",
    UNSEEN: "no known row has this value",
    BEYOND: "no known row has a number that far out",
}


def percent(share: float) -> str:
    """A probability as a person reads it.

    >>> percent(0.4312), percent(0.9996), percent(0.0)
    ('43.1 %', '99.96 %', '0.0 %')
    """
    edge = min(share, 1 - share)
    return f"{100 * share:.1f} %" if edge >= 0.001 or edge == 0 else f"{100 * share:.2f} %"


def points(moves: float) -> str:
    """A difference of probabilities in points.

    >>> points(0.124), points(-0.0004)
    ('12.4 points', '0.04 points')
    """
    size = 100 * abs(moves)
    return f"{size:.1f} points" if size >= 0.1 or size == 0 else f"{size:.2f} points"


def amount(value: float, reasons: RowReasons) -> str:
    """A score in the words of its kind: a probability, a number with its unit, or a decision."""
    if reasons.shown == "target":
        return f"{value:,.4g} {reasons.target_unit}".strip()
    return percent(value)


def moved(moves: float, reasons: RowReasons) -> str:
    """The size of a move, in points or in the target's unit."""
    return amount(abs(moves), reasons) if reasons.shown == "target" else points(moves)


def direction(moves: float) -> str:
    return "raises" if moves > 0 else "lowers"


def subject(reasons: RowReasons) -> str:
    """What is explained, such as `the probability of "yes"`."""
    if reasons.shown == "target":
        return reasons.target or "the prediction"
    what = "probability" if reasons.shown == "probability" else "decision"
    if reasons.target:
        return f'the {what} that {reasons.target} is "{reasons.explained}"'
    return f'the {what} of "{reasons.explained}"'


def sentences(reasons: RowReasons, top: int = TOP) -> list[str]:
    """The case, its leading reasons, what was missing or unknown, and what counted nothing."""
    what = subject(reasons)
    decided = f', and it decides "{reasons.decided}"' if reasons.decided else ""
    told = [
        f"{what[0].upper()}{what[1:]} is {amount(reasons.score, reasons)}{decided}.",
        f"Before any column is known it is {amount(reasons.base, reasons)}.",
    ]
    told += [_sentence(reason, reasons, what) for reason in reasons.reasons[:top]]
    left = reasons.reasons[top:]
    told += [f"{reason.label} is {reason.value}: {_NOTED[reason.noted]}." for reason in left if reason.noted]
    if reasons.words:
        shown = ", ".join(f'"{word.word}" {_signed(word.moves, reasons)}' for word in reasons.words[:TOP])
        told.append(f"Of the words of its text: {shown}.")
    if reasons.silent:
        told.append(f"Counted nothing: {listed(reasons.silent)}.")
    return [*told, reasons.converted, *reasons.cautions]


def _sentence(reason: ColumnReason, reasons: RowReasons, what: str) -> str:
    # Where a calibration is flat, a part moves the log-odds and not the probability.
    way = direction(reason.contribution)
    noted = f" ({_NOTED[reason.noted]})" if reason.noted else ""
    sure = "" if reason.error is None else f", give or take {moved(2 * reason.error, reasons)}"
    return (
        f"{reason.label}, {_shortened(reason.value)}{noted}, {way} {what} by {moved(reason.moves, reasons)}"
        f"{sure}: without it {amount(reason.without, reasons)}."
    )


def _shortened(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"


def _signed(moves: float, reasons: RowReasons) -> str:
    return f"{'+' if moves > 0 else '-'}{moved(moves, reasons)}"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row, the last joined by "and"; beyond `most` counted.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], most=1)
    ('a, b and c', 'a and 2 more')
    """
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def table(reasons: RowReasons) -> list[tuple[str, str, str, str, str]]:
    """Rows of (column, value, move, without it, part in the unit that adds up), the largest first."""
    return [
        (
            reason.label,
            _shortened(reason.value) + (f" ({reason.noted})" if reason.noted in (UNSEEN, BEYOND) else ""),
            _signed(reason.moves, reasons) if reason.moves else "0",
            amount(reason.without, reasons),
            f"{reason.contribution:+.3f}",
        )
        for reason in reasons.reasons
    ]
