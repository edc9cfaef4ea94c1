"""A check's documentation page, made from its class: the docstring is the page. Imports nothing numeric."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airworthy.kernel.check import Check, Cost
from airworthy.kernel.result import Limit

COSTS = {
    Cost.CHEAP: "cheap: it reads scans that other checks share",
    Cost.SAMPLED: "sampled: it predicts or fits on a sample of rows",
    Cost.EXPENSIVE: "expensive: it needs a budget of its own",
}


@dataclass(frozen=True)
class PageFacts:
    """What a page says that the class alone does not know.

    Attributes
    ----------
    gate : what a gate does with its results, in a few words.
    may_be_required : whether `checks.required` may name the code.
    limits : kind of answer and shipped limit, such as ("binary", Limit(high=0.05)).
    """

    gate: str = "informs, unless the charter requires it"
    may_be_required: bool = True
    limits: tuple[tuple[str, Limit], ...] = ()


def check_page(check_class: type[Check[Any]], facts: PageFacts = PageFacts()) -> str:
    """Markdown page of one check; what `airworthy explain CODE` prints.

    Parameters
    ----------
    check_class : the class, with `code`, `name`, `title`, `cost` and a docstring.
    facts : gate and shipped limits.

    >>> class Demo(Check[None]):
    ...     '''Counts rows.
    ...
    ...     Why it matters
    ...     --------------
    ...     No rows, no model.
    ...     '''
    ...     code, name, title = "DAT999", "too-few-rows", "Too few rows"
    >>> print(check_page(Demo).splitlines()[0])
    # DAT999: Too few rows
    """
    head = [
        f"# {check_class.code}: {check_class.title}",
        "",
        f"**Name** `{check_class.name}` · **Costs** {COSTS[check_class.cost]} · **Gate** {facts.gate}",
        "",
    ]
    foot = ["", *_shipped(facts.limits), *JUDGED, "", *_charter_lines(check_class.code, facts)]
    return "\n".join([*head, docstring_markdown(check_class), *foot]) + "\n"


JUDGED = (
    "## How the verdict is made",
    "PASS: the whole interval lies within the limit. FAIL: all of it lies outside. UNSURE: it straddles the",
    "limit. All that this check measures in one run, or in one window of traffic, is one family: Holm's",
    "correction keeps the chance of any wrong PASS or FAIL in it at 5 %, divided by the openings of a sealed",
    "test.",
    "",
    "An UNSURE names the rows that would settle it, were the value to stay where it is: the rows measured,",
    "times the square of (distance from the value to the end of its interval, over its distance to the",
    "limit). 0.04 with an interval from 0.02 to 0.06 on 100 rows, against a limit of 0.05, needs 401. Where",
    "an interval shrinks otherwise, the check counts by its own rule. A value on the limit itself is settled",
    "by no number of rows.",
)


def _shipped(limits: tuple[tuple[str, Limit], ...]) -> list[str]:
    if not limits:
        return []
    different = len({limit for _, limit in limits}) > 1
    lines = ["## Shipped limit"]
    for task, limit in limits if different else limits[:1]:
        lines.append(f"{f'{task}: ' if different else ''}{limit_words(limit)}  ")
    return [*lines[:-1], lines[-1].rstrip(), ""]


def limit_words(limit: Limit) -> str:
    """A limit and its source.

    >>> limit_words(Limit(high=0.05, source="default: five points"))
    'at most 0.05 (default: five points)'
    """
    bounds = [f"at least {limit.low:g}"] if limit.low is not None else []
    bounds += [f"at most {limit.high:g}"] if limit.high is not None else []
    return f"{' and '.join(bounds) or 'none'} ({limit.source})"


def _charter_lines(code: str, facts: PageFacts) -> list[str]:
    lines = ["## In your charter", "```toml"]
    if facts.may_be_required:
        lines += ["[checks]", f'required = ["{code}"]  # this list replaces the shipped one', ""]
    limit = next((limit for _, limit in facts.limits), Limit())
    bounds = {name: value for name, value in (("low", limit.low), ("high", limit.high)) if value is not None}
    bounds = bounds or {"low": 0.6}
    comment = "in the unit of the measurement" + ("; shipped value shown" if facts.limits else "")
    lines += [f"[checks.limits.{code}]  # {comment}", *(f"{k} = {v:g}" for k, v in bounds.items())]
    return [*lines, "```"]


def docstring_markdown(check_class: type[Check[Any]]) -> str:
    """The class docstring as Markdown: underlined titles become headings, doctests become code blocks."""
    text = inspect.cleandoc(check_class.__doc__ or "")
    text = re.sub(r"(?m)^(\S[^\n]*)\n[-=]{3,}[ \t]*$", r"## \1\n", text)
    text = re.sub(r"(?m)^(#{1,2}) (?=\S)", "## ", text)
    text = re.sub(r"``([^`\n]+)``", r"`\1`", text)
    return re.sub(r"\n{3,}", "\n\n", _fence_doctests(text)).strip()


def _fence_doctests(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith(">>> ") and not inside:
            lines += ["```python", line]
            inside = True
        elif inside and not line.strip():
            lines += ["```", line]
            inside = False
        else:
            lines.append(line)
    return "\n".join([*lines, "```"] if inside else lines)


def check_index(checks: Sequence[type[Check[Any]]], required: Mapping[str, tuple[str, ...]]) -> str:
    """Markdown index of all checks by stage of a model's life, in code order.

    Parameters
    ----------
    required : tasks whose default gate waits for a code.
    """
    lines = [
        "# Checks",
        "",
        "One measurement a code. A code is never renumbered and never reused. `airworthy explain CODE`",
        "prints the same page. Generated from the check classes by `make pages`.",
    ]
    for stage, families in STAGES:
        lines += [
            "",
            f"## {stage}",
            "",
            "| code | what should hold | name | required by default for |",
            "|---|---|---|---|",
        ]
        for check in sorted(
            checks, key=lambda c: (families.index(c.code[:3]) if c.code[:3] in families else -1, c.code)
        ):
            if check.code[:3] in families:
                tasks = ", ".join(required.get(check.code, ())) or "–"
                lines.append(
                    f"| [{check.code}]({check.code}.md) | {check.title} | `{check.name}` | {tasks} |"
                )
    return "\n".join(lines) + "\n"


STAGES = (
    ("Data: before training", ("DAT",)),
    ("Quality of the model", ("PER", "CAL")),
    ("Stability over time", ("STA",)),
    ("Groups of people", ("FAI",)),
    ("Explanation", ("EXP",)),
    ("Lists of items", ("REC",)),
    ("Messy input", ("ROB",)),
    ("Privacy of the people in the rows", ("PRI",)),
    ("Being copied", ("SEC",)),
    ("Serving", ("SRV",)),
    ("What answers take", ("EFF",)),
    ("Live traffic", ("MON",)),
)
