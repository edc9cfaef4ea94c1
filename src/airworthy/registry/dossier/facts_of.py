"""The plain content of each part of the evidence document, for the audit path."""

from __future__ import annotations

from collections.abc import Mapping

from airworthy.kernel.units import format_duration, format_energy, format_size
from airworthy.registry.dossier.deciding import decision_lines, rule_rows, rules_unit
from airworthy.registry.dossier.document import DossierInput, RepairEffect, SourceView
from airworthy.registry.dossier.groups import group_counts
from airworthy.registry.dossier.list_views import list_lines, way_rows
from airworthy.registry.dossier.menu import menu_lines, menu_note, menu_rows
from airworthy.registry.dossier.privacy_views import account_line
from airworthy.registry.dossier.words import bare, number


def facts_of(key: str, given: DossierInput) -> list[tuple[str, str]]:
    """Name and value of each line of one document, by its key in `store.DOCUMENTS`, without empty values.

    >>> from airworthy.registry.dossier.document import read_document
    >>> given = read_document({"version": "v1", "digest": "d", "task": "binary", "charter": {"name": "late"},
    ...                        "dataset": {"rows": 1234}})
    >>> facts_of("data", given)[0]
    ('rows', '1,234')
    """
    make = FACTS.get(key)
    return [(name, value) for name, value in make(given) if value] if make else []


def _version(given: DossierInput) -> list[tuple[str, str]]:
    return [
        ("version", given.version),
        ("stage", given.stage),
        ("task", given.task),
        ("made", given.created),
        ("by", given.author),
    ]


def _charter(given: DossierInput) -> list[tuple[str, str]]:
    charter = given.charter
    people = ", ".join(f"{p.name} ({', '.join(p.roles)})" for p in charter.people)
    costs = "; ".join(f"{what}: {cost}" for what, cost in charter.costs.items())
    return [
        ("name", charter.name),
        ("purpose", charter.purpose),
        ("target", charter.target),
        ("protected", ", ".join(charter.protected)),
        ("people", people),
        ("costs", costs or (charter.currency or "not declared")),
        ("approvals for production", str(charter.approvals)),
    ]


def _plan(given: DossierInput) -> list[tuple[str, str]]:
    required = sum(item.required for item in given.plan)
    return [("planned", f"{len(given.plan):,}"), ("required", f"{required:,}"), ("digest", given.plan_digest)]


def _data(given: DossierInput) -> list[tuple[str, str]]:
    data = given.dataset
    rows = {
        "rows": data.rows,
        "columns": data.columns,
        "development rows": data.development_rows,
        "training rows": data.training_rows,
        "out-of-fold rows": data.validation_rows,
        "sealed rows": data.sealed_rows,
        "without outcome": data.without_outcome,
    }
    found = [(name, f"{n:,}") for name, n in rows.items() if n is not None]
    found += [("split", data.split)]
    found += [(f"source {source.name}", _source(source)) for source in data.sources]
    return found


def _source(source: SourceView) -> str:
    """Where a table came from, and what became of its rows: read = kept + set aside."""
    kept = source.rows or 0
    rows = f"{kept:,} rows"
    if source.quarantined:
        read = kept + source.quarantined
        rows = f"{read:,} rows read = {kept:,} kept + {source.quarantined:,} set aside"
    if source.repeated:
        rows += f" ({source.repeated:,} repeat a row of another file or page)"
    return f"{source.path} · {rows} · owner {source.owner or 'not declared'}"


def _repairs(given: DossierInput) -> list[tuple[str, str]]:
    repairs = given.repairs
    if repairs is None:
        return [("repairs", "none: the model reads the rows as they are")]
    found = [("recipe", repairs.digest)]
    for step in repairs.steps:
        parts = (
            step.does,
            f"{step.rows:,} of {repairs.of:,} training rows",
            f"{step.state} by {step.by}",
            effect_words(step.effect),
        )
        found.append((step.id, " · ".join(parts)))
    return found


def effect_words(effect: RepairEffect | None) -> str:
    """What a step does to the task, in words.

    >>> effect_words(RepairEffect(measure="log loss", difference=0.0123, low=0.004, high=0.0206, n=496))
    'log loss falls by 0.0123 (0.004 to 0.0206, 95 % interval, 496 validation rows)'
    """
    if effect is None:
        return "effect not measured: the budget was used"
    if effect.low is None or effect.high is None:
        span = f"{effect.n:,} validation rows"
    else:
        sign = 1 if effect.difference >= 0 else -1
        low, high = sorted((sign * effect.low, sign * effect.high))
        span = f"{low:.3g} to {high:.3g}, {effect.level:.0%} interval, {effect.n:,} validation rows"
    verb = "falls" if effect.difference >= 0 else "rises"
    return f"{effect.measure} {verb} by {abs(effect.difference):.3g} ({span.replace('%', ' %')})"


def _contract(given: DossierInput) -> list[tuple[str, str]]:
    if given.contract is None:
        return [("contract", "not in this evidence")]
    return [
        ("columns", f"{len(given.contract.columns):,}"),
        ("inputs", f"{len(given.contract.inputs):,}"),
        ("classes", ", ".join(given.contract.classes)),
        ("learned from", f"{given.contract.rows:,} rows"),
    ]


def _lists(given: DossierInput) -> list[tuple[str, str]]:
    if given.lists is None:
        return []
    found = [("lists", f"{given.lists.k:,} {given.lists.item} for each {given.lists.user}")]
    found += [(row[0], " · ".join(cell for cell in row[1:] if cell)) for row in way_rows(given.lists)]
    return found + [("so", line) for line in list_lines(given.lists)]


def _decision(given: DossierInput) -> list[tuple[str, str]]:
    decision = given.decision
    threshold = "" if decision.threshold is None else f"{decision.threshold!r}"
    found = [("kind", decision.kind), ("threshold", threshold), ("note", decision.note)]
    unit = rules_unit(decision)
    for row in rule_rows(decision):
        cells = (f"{row.money} {unit}", row.around, row.against)
        found.append((f"rule: {row.label}", " · ".join(cell for cell in cells if cell)))
    return found + [("so", line) for line in decision_lines(given)]


def _groups(given: DossierInput) -> list[tuple[str, str]]:
    return [
        (
            f"{g.column} = {g.value}",
            f"{g.tp:,} caught, {g.fn:,} missed, {g.fp:,} false alarms, {g.tn:,} rightly passed",
        )
        for g in group_counts(given)
    ] or [("groups", "no counts by group in this evidence")]


def _candidates(given: DossierInput) -> list[tuple[str, str]]:
    found = []
    for c in given.candidates:
        parts = [
            c.learner,
            f"quality {number(c.quality)}" if c.quality is not None else "",
            format_duration(c.seconds) if c.seconds is not None else "",
            f"{c.latency_us:,.0f} µs a row" if c.latency_us is not None else "",
            "chosen" if c.chosen else "",
            c.note,
        ]
        found.append((c.name, " · ".join(part for part in parts if part)))
    return found


def _menu(given: DossierInput) -> list[tuple[str, str]]:
    if given.menu is None:
        return [("menu", "not in this evidence")]
    rows = [(row.name, " · ".join(cell for cell in row.cells[1:] if cell)) for row in menu_rows(given.menu)]
    return [("rows", menu_note(given.menu)), *rows, *(("so", line) for line in menu_lines(given.menu))]


def _choice(given: DossierInput) -> list[tuple[str, str]]:
    choice = given.choice
    if choice is None:
        return [("choice", "the declared rule chose")]
    return [
        (
            "candidate",
            f"{choice.candidate} instead of {choice.instead_of}, from the menu of {choice.version}",
        ),
        ("by", choice.by),
        ("reason", choice.reason),
    ]


def _explanation(given: DossierInput) -> list[tuple[str, str]]:
    return [(f.name, number(f.importance)) for f in given.explanation.features[:20]]


def _elsewhere(given: DossierInput) -> list[tuple[str, str]]:
    if not given.elsewhere:
        return [("elsewhere", "no column of sites was declared, or too few could be measured")]
    return [
        (f"{one.column}: {name}", text)
        for one in given.elsewhere
        for name, text in (
            ("low", bare(one.low)),
            ("high", bare(one.high)),
            ("level", bare(one.level)),
            ("sites", str(len(one.sites))),
        )
    ]


def _expected(given: DossierInput) -> list[tuple[str, str]]:
    e = given.expected
    if e is None:
        return [("expected", "nothing was sealed")]
    figures = {
        "value": e.value,
        "low": e.low,
        "high": e.high,
        "level": e.level,
        "random split": e.random_split,
    }
    return [("metric", e.metric)] + [(name, bare(v)) for name, v in figures.items() if v is not None]


def _spend(given: DossierInput) -> list[tuple[str, str]]:
    spend = given.spend
    found = [("time", format_duration(spend.seconds))]
    found += [("limit", format_duration(spend.limit_seconds))] if spend.limit_seconds else []
    found += [("money", number(spend.money, spend.currency or ""))] if spend.money is not None else []
    found += (
        [("energy", f"{format_energy(spend.energy_kwh)}, {spend.energy_source}")] if spend.energy_kwh else []
    )
    found += [("most memory", format_size(spend.peak_memory_bytes))] if spend.peak_memory_bytes else []
    return found + [(f"stage {name}", format_duration(s)) for name, s in spend.stages.items()]


def _privacy(given: DossierInput) -> list[tuple[str, str]]:
    told = given.privacy
    if told is None:
        return [("privacy", "trained without differential privacy")]
    found = [("epsilon", f"{told.epsilon:g}"), ("delta", f"{told.delta:g}"), ("protects each", told.unit)]
    return [*found, ("spent", account_line(told.account))]


def _environment(given: DossierInput) -> list[tuple[str, str]]:
    found = []
    for name, value in given.environment.items():
        if isinstance(value, Mapping):
            found += [(str(key), str(item)) for key, item in value.items()]
        else:
            found.append((name, str(value)))
    return found


def _openings(given: DossierInput) -> list[tuple[str, str]]:
    most = given.charter.max_openings
    found = [
        (f"opening {o.number or i + 1}", " · ".join(p for p in (o.version, o.purpose, o.time, o.actor) if p))
        for i, o in enumerate(given.openings)
    ] or [("openings", "none yet")]
    return found + ([("allowed", f"{most:,}")] if most is not None else [])


def _ledger(given: DossierInput) -> list[tuple[str, str]]:
    head = given.ledger_head
    if head is None:
        return [("head", "not quoted")]
    return [
        ("entries", f"{head.size:,}"),
        ("root", head.root),
        ("time", head.time),
        ("key", head.key_id),
        ("signature", head.signature),
    ]


def _previous(given: DossierInput) -> list[tuple[str, str]]:
    if given.previous is None:
        return [("previous", "no version to compare with")]
    return [("version", given.previous.version), ("digest", given.previous.digest)]


FACTS = {
    "version": _version,
    "charter": _charter,
    "plan": _plan,
    "data": _data,
    "repairs": _repairs,
    "contract": _contract,
    "decision": _decision,
    "groups": _groups,
    "candidates": _candidates,
    "menu": _menu,
    "choice": _choice,
    "lists": _lists,
    "explanation": _explanation,
    "expected": _expected,
    "elsewhere": _elsewhere,
    "spend": _spend,
    "privacy": _privacy,
    "environment": _environment,
    "openings": _openings,
    "ledger": _ledger,
    "previous": _previous,
}
