"""What a person already said on the command line or at the terminal, before a charter is proposed."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airworthy.charter.problems import listed
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import MoneyRange, parse_duration


@dataclass(frozen=True)
class ProposeOptions:
    """None (or empty) means "not said": then the proposal guesses, or leaves the line to a person.

    `protected = ()` says that there is none; so does `after_decision = ()`.
    """

    positive: str | None = None
    time: str | None = None
    entity: tuple[str, ...] = ()
    protected: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()  # beside what the proposal leaves out itself
    time_budget: str | None = None  # "3m"
    cost_false_positive: str | None = None  # "5", "5 EUR", "80..200", "80..200 EUR"
    cost_false_negative: str | None = None
    currency: str | None = None
    name: str | None = None
    purpose: str | None = None
    sheet: str | None = None  # of an Excel file
    after_decision: tuple[str, ...] | None = None
    use_protected: bool | None = None  # whether protected columns may be inputs
    approvers: tuple[str, ...] = ()
    latency: str | None = None  # "50ms"
    fallback: str | None = None  # a class, or a number for regression

    @property
    def named(self) -> Iterator[str]:
        """Every column that an option names."""
        for names in (self.entity, self.protected, self.exclude, self.after_decision):
            yield from names or ()
        if self.time is not None:
            yield self.time

    def duration(self, option: str, text: str | None, default: str) -> str:
        """A duration as given; refused here, where the option can be named."""
        try:
            seconds = parse_duration(text or default)
        except ValueError as error:
            raise InputError(
                f"{option}: {error}.", value=text, remedy=f"Write for example {default}."
            ) from error
        if not seconds:
            raise InputError(
                f"{option}: {text} leaves no time at all.", value=text, remedy=f"Write for example {default}."
            )
        return text or default


_COST = re.compile(r"(?P<low>\d+(\.\d+)?)(\s*\.\.\s*(?P<high>\d+(\.\d+)?))?(\s*(?P<currency>[A-Z]{3}))?")


def read_cost(option: str, text: str, currency: str | None) -> MoneyRange:
    """A cost as written on a command line: a number or `low..high`, with its currency here or apart.

    Raises `InputError` on anything else, and when no currency is known.

    >>> read_cost("--cost-false-negative", "80..200 EUR", None)
    MoneyRange(low=80.0, high=200.0, currency='EUR')
    """
    match = _COST.fullmatch(text.strip())
    if not match:
        raise InputError(
            f'{option}: "{text}" is no cost.', value=text, remedy='Write 5, or a range: "80..200 EUR".'
        )
    low = float(match["low"])
    high = float(match["high"]) if match["high"] else low
    if not math.isfinite(high) or low > high:
        raise InputError(
            f'{option}: the range "{text}" runs from high to low.', value=text, remedy="Exchange the two."
        )
    known = match["currency"] or currency
    if not known or not re.fullmatch("[A-Z]{3}", known):
        raise InputError(
            f"{option}: {text} of which currency?",
            value=known or text,
            remedy="Add --currency EUR (three capitals).",
        )
    return MoneyRange(low, high, known)


def with_answer(options: ProposeOptions, key: str, answer: str) -> ProposeOptions:
    """`options` with a terminal's answer to the question `key`; an empty answer changes nothing.

    >>> with_answer(ProposeOptions(), "fairness.protected", "sex, age").protected
    ('sex', 'age')
    """
    answer = answer.strip()
    if not answer:
        return options
    if key not in _ANSWERS:
        raise InputError(
            f'There is no question "{key}".', value=key, remedy=f"Questions are: {listed(_ANSWERS)}."
        )
    field, read = _ANSWERS[key]
    said: dict[str, Any] = {field: read(answer)}
    return dataclasses.replace(options, **said)


def _names(answer: str) -> tuple[str, ...]:
    return () if answer.casefold() == "none" else tuple(n.strip() for n in answer.split(",") if n.strip())


def _yes(answer: str) -> bool:
    return answer.casefold() in ("y", "yes", "true", "1")


_ANSWERS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "purpose": ("purpose", str),
    "target.positive": ("positive", str),
    "costs.false_positive": ("cost_false_positive", str),
    "costs.false_negative": ("cost_false_negative", str),
    "data.after_decision": ("after_decision", _names),
    "fairness.protected": ("protected", _names),
    "fairness.use_as_input": ("use_protected", _yes),
    "people": ("approvers", _names),
    "serving.latency": ("latency", str),
    "serving.fallback.decision": ("fallback", str),
}
