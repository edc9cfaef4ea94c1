"""A surrogate with its fidelity: what a person can apply by hand, and whether they may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from airworthy.assurance.predictions import Values
from airworthy.assurance.surrogate.card import Card
from airworthy.assurance.surrogate.fidelity import Fidelity
from airworthy.assurance.surrogate.tree import Fork, Leaf, Tree
from airworthy.assurance.wording import number, percent
from airworthy.kernel.result import Measurement

RED, PLAIN = "\x1b[1;31m", "\x1b[0m"


@dataclass(frozen=True)
class Surrogate:
    """A small tree or a scorecard in place of a model; `print` it.

    Attributes
    ----------
    kind : "tree" or "scorecard". made : it. name : of the model.
    classes : that are decided; empty where a number is told.
    learned : rows that taught it. fidelity : on other rows.
    level : agreement (or R2) that its lower bound must reach to be used by hand.
    """

    kind: str
    name: str
    made: Tree | Card
    classes: tuple[str, ...]
    learned: int
    fidelity: Fidelity
    level: float
    notes: tuple[str, ...] = ()

    def decide(self, columns: Mapping[str, Values]) -> list[str] | list[float]:
        """What it answers for rows by column: classes, or numbers."""
        decided, score = self.made.answers(columns)
        return [self.classes[code] for code in decided.tolist()] if self.classes else score.tolist()

    def with_notes(self, *notes: str) -> Surrogate:
        """The same with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    @property
    def refusal(self) -> str:
        """Why it must not be used by hand; empty where nothing speaks against it."""
        held, constant = self.fidelity.agreement or self.fidelity.explained, self.fidelity.constant
        if held is None:
            return "Must not be used by hand: the model answers every row alike, so nothing can be compared."
        sure = 0.0 if held.low is None else held.low
        what = "agrees with the model in" if self.classes else "explains of the variance of the model's score"
        told = f"it {what} {percent(held.value)} ({percent(sure)} for sure)"
        if sure < self.level:
            return f"Must not be used by hand: {told}; {percent(self.level)} is asked for."
        if constant is not None and sure <= constant:
            return (
                f"Must not be used by hand: {told}, and always answering alike would in {percent(constant)}."
            )
        # Only a group that is surely below: small groups always may be.
        below = [one for one in self.fidelity.groups if (one.agreement.high or 0.0) < self.level]
        if below:
            worst = min(below, key=lambda group: group.agreement.value)
            return (
                f"Must not be used by hand for {worst.column} = {worst.group}: it agrees with the model in "
                f"{percent(worst.agreement.value)} of {worst.agreement.n:,} rows, surely less than the "
                f"{percent(self.level)} that are asked for."
            )
        return ""

    def __str__(self) -> str:
        return self.text()

    def text(self, colour: bool = False) -> str:
        """For a terminal; `colour` writes a refusal in red."""
        lines = [
            f"A {self.kind} in place of {self.name}, learned from {self.learned:,} rows as it answers them.",
            "",
        ]
        lines += (
            list(_tree_lines(self.made.root, self.classes)) if isinstance(self.made, Tree) else self._card()
        )
        refusal = self.refusal
        if refusal:
            refusal = f"{RED}{refusal}{PLAIN}" if colour else refusal
        return "\n".join([*lines, "", *self.figures(), *([refusal] if refusal else []), *self.notes])

    def figures(self) -> list[str]:
        """Its fidelity in sentences."""
        found = self.fidelity
        lines = []
        if found.agreement is not None:
            lines.append(
                f"On {found.rows:,} other rows it decides as the model in {_with_interval(found.agreement)}; "
                f"always deciding alike would in {percent(found.constant)}."
            )
        if found.explained is not None:
            ranks = "" if found.ranks is None else f", rank correlation {_figure(found.ranks)}"
            lines.append(f"Its score explains the model's with R2 {_figure(found.explained)}{ranks}.")
        if found.auc is not None and found.own_auc is not None and found.auc_gap is not None:
            lines.append(
                f"Against outcomes its AUC is {_figure(found.auc)}, the model's {_figure(found.own_auc)}; "
                f"difference {_figure(found.auc_gap)}."
            )
        lines += [
            f"{one.column} = {one.group}: decides as the model in {_with_interval(one.agreement)} of "
            f"{one.agreement.n:,} rows."
            for one in found.groups
        ]
        return lines

    def _card(self) -> list[str]:
        assert isinstance(self.made, Card)
        lines = []
        for one in self.made.asked:
            lines.append(one.bands.label)
            lines += [
                f"  {name:40} {value:>4}" for name, value in zip(one.bands.names, one.points, strict=True)
            ]
        lines += [
            "",
            f"Total (0 to {self.made.most})"
            + (f": decided {self.classes[1]!r} from {self.made.cut}" if self.made.cut is not None else ""),
        ]
        return lines + [
            f"  about {total:<34} {told_score(score, bool(self.classes)):>7}"
            for total, score in self.totals()
        ]

    def totals(self) -> list[tuple[int, float]]:
        """What totals stand for: (total, score)."""
        assert isinstance(self.made, Card)
        return list(zip(self.made.totals, self.made.scores, strict=True))

    def as_json(self) -> dict[str, Any]:
        """The document that `airworthy surrogate --json` prints."""
        made = (
            _tree_json(self.made.root, self.classes) if isinstance(self.made, Tree) else _card_json(self.made)
        )
        return {
            "kind": self.kind,
            "of": self.name,
            "classes": list(self.classes),
            "learned_rows": self.learned,
            self.kind: made,
            "fidelity": self.fidelity.as_json(),
            "level": self.level,
            "refusal": self.refusal or None,
            "notes": list(self.notes),
        }


def told_score(score: float, probability: bool) -> str:
    """A probability in per cent, or a number."""
    return percent(score, 0) if probability else number(score)


def leaf_words(leaf: Leaf, classes: tuple[str, ...]) -> str:
    """What a leaf answers, and of how many rows."""
    if not classes:
        return f"{number(leaf.score)} ({leaf.rows:,} rows)"
    share = percent(leaf.share, 0)
    return f"{classes[leaf.decided]!r} ({leaf.rows:,} rows, the model decides {share} of them so)"


def _tree_lines(
    node: Fork | Leaf, classes: tuple[str, ...], before: str = "", below: str = ""
) -> Iterator[str]:
    """The tree drawn with letters, one question or answer a line; `below` stands before what follows."""
    if isinstance(node, Leaf):
        yield f"{before}→ {leaf_words(node, classes)}"
        return
    yield f"{before}{node.question}?"
    yield from _tree_lines(node.yes, classes, f"{below}├ yes: ", f"{below}│   ")
    yield from _tree_lines(node.no, classes, f"{below}└ no:  ", f"{below}    ")


def _with_interval(found: Measurement) -> str:
    return f"{percent(found.value)} ({percent(found.low)} to {percent(found.high)})"


def _figure(found: Measurement) -> str:
    return f"{number(found.value)} ({number(found.low)} to {number(found.high)})"


def _tree_json(node: Fork | Leaf, classes: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(node, Leaf):
        decision = {"decision": classes[node.decided], "share": node.share} if classes else {}
        return {**decision, "score": node.score, "rows": node.rows}
    asked = node.question
    test: dict[str, Any] = {"is": asked.word} if asked.word is not None else {"at_most": asked.most}
    return {
        "column": asked.column,
        **test,
        "missing": "yes" if asked.missing else "no",
        "yes": _tree_json(node.yes, classes),
        "no": _tree_json(node.no, classes),
    }


def _card_json(card: Card) -> dict[str, Any]:
    columns = [
        {
            "column": one.bands.column,
            "bands": [{"band": n, "points": p} for n, p in zip(one.bands.names, one.points, strict=True)],
        }
        for one in card.asked
    ]
    totals = [{"total": t, "score": s} for t, s in zip(card.totals, card.scores, strict=True)]
    return {"columns": columns, "totals": totals, "cut": card.cut, "most": card.most}
