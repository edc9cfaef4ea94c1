"""A check's documentation page, made from its class: the docstring is the page. Imports nothing numeric."""

from __future__ import annotations

import inspect
import re
from typing import Any

from airworthy.kernel.check import Check, Cost

COSTS = {
    Cost.CHEAP: "cheap: it reads scans that other checks share",
    Cost.SAMPLED: "sampled: it predicts or fits on a sample of rows",
    Cost.EXPENSIVE: "expensive: it needs a budget of its own",
}


def check_page(check_class: type[Check[Any]], required_for: tuple[str, ...] = ()) -> str:
    """Markdown page of one check; what `airworthy explain CODE` prints.

    Parameters
    ----------
    check_class : the class, with `code`, `name`, `title`, `cost` and a docstring.
    required_for : tasks whose default gate requires it.

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
    gate = (
        f"required by default for {', '.join(required_for)}"
        if required_for
        else "informs, unless the charter requires it"
    )
    head = [
        f"# {check_class.code}: {check_class.title}",
        "",
        f"**Name** `{check_class.name}` · **Costs** {COSTS[check_class.cost]} · **Gate** {gate}",
        "",
    ]
    foot = [
        "",
        "## In your charter",
        "",
        "```toml",
        "[checks]",
        f'required = ["{check_class.code}"]  # beside the others that you require',
        "",
        f"[checks.limits.{check_class.code}]",
        "high = 0.1  # or low, in the unit of the measurement",
        "```",
    ]
    return "\n".join([*head, docstring_markdown(check_class), *foot]) + "\n"


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


def check_index(classes: list[type[Check[Any]]], required: dict[str, tuple[str, ...]]) -> str:
    """Markdown index of all checks, in code order, one table a family."""
    lines = [
        "# Checks",
        "",
        "Each code is never renumbered and never reused. `airworthy explain CODE` prints its page.",
    ]
    family = ""
    for check in sorted(classes, key=lambda c: c.code):
        if check.code[:3] != family:
            family = check.code[:3]
            lines += [
                "",
                f"## {FAMILIES.get(family, family)}",
                "",
                "| Code | What it looks for | Required by default |",
                "|---|---|---|",
            ]
        tasks = ", ".join(required.get(check.code, ())) or "–"
        lines.append(f"| [{check.code}]({check.code}.md) | {check.title} (`{check.name}`) | {tasks} |")
    return "\n".join(lines) + "\n"


FAMILIES = {
    "DAT": "Data",
    "PER": "Quality of the model",
    "CAL": "Calibration",
    "FAI": "Groups of people",
    "STA": "Stability over time",
    "EXP": "Explanation",
    "ROB": "Messy input",
    "SRV": "Serving",
    "MON": "Live traffic",
    "PRI": "Privacy",
    "SEC": "Security",
}
