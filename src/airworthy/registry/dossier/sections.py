"""The sections of the evidence document that are taken from the charter: made here, read in `document`."""

from __future__ import annotations

from airworthy.charter.model import Charter, Costs
from airworthy.charter.model import Fallback as FallbackRule
from airworthy.kernel.units import MoneyRange
from airworthy.registry.dossier.document import CharterView, Fallback, Person


def charter_section(charter: Charter) -> CharterView:
    """What the dossier quotes of `charter`; `msgspec.to_builtins` makes it the document's `charter` key.

    Keys and private matters stay out: only names, roles, limits and declared costs are quoted.
    """
    rule = charter.serving.fallback
    return CharterView(
        name=charter.name,
        purpose=charter.purpose,
        kpi=charter.kpi,
        digest=charter.digest,
        target=charter.target.column,
        protected=charter.fairness.protected,
        protected_as_input=charter.fairness.use_as_input,
        min_rows=charter.fairness.min_rows,
        max_gap=charter.fairness.max_gap,
        people=tuple(Person(name=person.name, roles=person.roles) for person in charter.people),
        approvals=charter.promotion.approvals,
        fallback=_fallback(rule) if rule else None,
        costs=declared_costs(charter.costs),
        currency=charter.costs.currency,
        max_openings=charter.split.max_openings,
        monitoring_window=charter.monitoring.window,
        persistence=charter.monitoring.persistence,
        glossary=charter.glossary,
    )


def _fallback(rule: FallbackRule) -> Fallback:
    return Fallback(
        decision=rule.decision, column=rule.column, at_least=rule.at_least, otherwise=rule.otherwise
    )


def declared_costs(costs: Costs) -> dict[str, str]:
    """The declared costs in words; empty when nobody declared any.

    >>> declared_costs(Costs(false_positive=MoneyRange(40, 60, "USD")))
    {'a false alarm': 'USD 40 to 60'}
    """
    parts = {
        "a false alarm": costs.false_positive,
        "a missed case": costs.false_negative,
        "a unit too high": costs.over,
        "a unit too low": costs.under,
    }
    found = {words: _money(amount) for words, amount in parts.items() if amount is not None}
    by_column = {
        "a false alarm": (costs.false_positive_column, costs.false_positive_share),
        "a missed case": (costs.false_negative_column, costs.false_negative_share),
    }
    for words, (column, share) in by_column.items():
        if column is not None:
            part = f"the row's {column}" if share == 1 else f"{share:.4g} of the row's {column}"
            found[words] = f"{found[words]} and {part}" if words in found else part
    for (actual, decided), cost in (costs.matrix or {}).items():
        found[f"deciding {decided} when it is {actual}"] = f"{costs.currency or ''} {cost:,.6g}".strip()
    return found


def _money(amount: MoneyRange) -> str:
    upper = "" if amount.exact else f" to {amount.high:,.6g}"
    return f"{amount.currency} {amount.low:,.6g}{upper}"
