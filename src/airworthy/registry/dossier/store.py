"""The evidence store of one dossier: every item has an id, and every sentence points to one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from airworthy.kernel.errors import IntegrityError
from airworthy.kernel.result import Result
from airworthy.registry.dossier.document import DossierInput


@dataclass(frozen=True)
class Item:
    """One piece of evidence: `anchor` is its place in this file, `pointer` (RFC 6901) in the document."""

    anchor: str
    label: str
    what: str
    pointer: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with the evidence that it rests on."""

    text: str
    refs: tuple[Item, ...]


DOCUMENTS = {
    "version": ("version", "The model version and its digest", "/digest"),
    "charter": ("charter", "The charter: purpose, people, limits, costs", "/charter"),
    "plan": ("plan", "The plan: what would be measured, fixed before measuring", "/plan"),
    "data": ("data", "The data: sources, rows, split, seal", "/dataset"),
    "repairs": ("repairs", "The repairs that run before the model, and who accepted them", "/repairs"),
    "contract": ("contract", "The contract: columns, types, ranges", "/contract"),
    "decision": ("decision", "The decision rule and its errors per 1,000", "/decision"),
    "groups": ("groups", "Counts by group at the decision threshold", "/groups"),
    "candidates": ("candidates", "The models that were tried", "/candidates"),
    "menu": ("menu", "Each candidate beside the recommended one, and what limits cost", "/menu"),
    "lists": ("lists", "The ways of recommending, and whom the chosen one serves", "/lists"),
    "choice": ("choice", "Who chose another candidate than the recommended one, and why", "/choice"),
    "explanation": ("explanation", "What drives the model", "/explanation"),
    "expected": ("expected", "What is expected of the next period", "/expected"),
    "elsewhere": ("elsewhere", "What is expected at a further site", "/elsewhere"),
    "spend": ("spend", "What the run spent", "/spend"),
    "privacy": ("privacy", "What the model may tell of people, and what was spent", "/privacy"),
    "environment": ("environment", "The machine and packages of the run", "/environment"),
    "openings": ("openings", "Openings of the sealed test set", "/openings"),
    "ledger": ("ledger", "The signed head of the ledger", ""),
    "previous": ("previous", "The version before", ""),
}


class Store:
    """All items of one dossier, found by what they are about."""

    def __init__(self, given: DossierInput) -> None:
        evidence = given
        self._documents = {
            key: Item(f"d-{key}", label, what, pointer) for key, (label, what, pointer) in DOCUMENTS.items()
        }
        self._metrics = {
            name: Item(f"m-{index}", name, f"Metric {name}", f"/metrics/{name}")
            for index, name in enumerate(evidence.metrics)
        }
        self._results: dict[tuple[str, str], Item] = {}
        for part, results in (("audit", evidence.audit), ("results", evidence.results)):
            for index, result in enumerate(results):
                anchor = f"r-{part[0]}{index}"
                item = Item(anchor, result.code, f"{result.code} {result.subject}", f"/{part}/{index}")
                self._results.setdefault((result.code, result.subject), item)
        self._waivers = {
            (w.code, w.subject): Item(f"w-{index}", f"waiver {index + 1}", f"Waiver by {w.person}", "")
            for index, w in enumerate(given.waivers)
        }
        self._approvals = tuple(
            Item(f"a-{index}", f"approval {index + 1}", f"Approval by {a.person}", "")
            for index, a in enumerate(given.approvals)
        )

    def document(self, key: str) -> Item:
        """A part of the evidence document, by its key in `DOCUMENTS`."""
        return self._documents[key]

    def metric(self, name: str) -> Item:
        return self._metrics[name]

    def result(self, result: Result) -> Item:
        return self._results[result.code, result.subject]

    def planned(self, code: str, subject: str) -> Item:
        """The result of a planned item, or the plan itself when there is none."""
        return self._results.get((code, subject)) or self.document("plan")

    def waiver(self, code: str, subject: str) -> Item:
        return self._waivers[code, subject]

    def waived(self, code: str, subject: str) -> bool:
        return (code, subject) in self._waivers

    @property
    def approvals(self) -> tuple[Item, ...]:
        return self._approvals

    def say(self, text: str, *about: str | Item | Result) -> Sentence:
        """A sentence about documents (by key), items and results.

        Raises
        ------
        IntegrityError : a sentence without evidence; nothing in a dossier is free text.
        """
        if not about:
            raise IntegrityError(
                "A dossier sentence names no evidence.", value=text, remedy="Report this as a bug."
            )
        return Sentence(text, tuple(dict.fromkeys(self._items(about))))

    def _items(self, about: Iterable[str | Item | Result]) -> Iterable[Item]:
        for thing in about:
            if isinstance(thing, Result):
                yield self.result(thing)
            else:
                yield thing if isinstance(thing, Item) else self.document(thing)
