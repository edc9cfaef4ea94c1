"""What an attack on texts found: shares with intervals, the same slips at random, and what undoes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airworthy.assurance.text_attack.undo import Step
from airworthy.measures.proportion import Wilson

LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """A share of texts with its 95 % interval."""

    hits: int
    n: int

    @property
    def estimate(self) -> Wilson:
        return Wilson(self.hits, self.n)

    def as_json(self) -> dict[str, Any]:
        if self.n == 0:
            return {"value": None, "low": None, "high": None, "n": 0}
        low, high = self.estimate.interval(LEVEL)
        return {"value": self.hits / self.n, "low": low, "high": high, "n": self.n}


@dataclass(frozen=True)
class Flips:
    """What changing at most so many words flips; `words` None stands for one word in ten, at least one.

    `chosen` by an attacker; `at_random` the same slips in words drawn at random, one try; `lucky` as many
    random tries a text as the attacker made, measured for one word in ten only.
    """

    words: int | None
    chosen: Share
    at_random: Share
    lucky: Share | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "words": "one in ten" if self.words is None else self.words,
            "chosen": self.chosen.as_json(),
            "at_random": self.at_random.as_json(),
            "as_many_random_tries": self.lucky.as_json() if self.lucky else None,
        }


@dataclass(frozen=True)
class Example:
    """One text whose decision fell; words are written out in ASCII, so that look-alikes can be told apart."""

    before: str
    after: str
    words: tuple[tuple[str, str, str], ...]
    decided: str
    then: str

    def as_json(self) -> dict[str, Any]:
        changed = [{"word": old, "as": new, "edit": edit} for old, new, edit in self.words]
        return {
            "before": self.before,
            "after": self.after,
            "changed": changed,
            "decided": self.decided,
            "then_decided": self.then,
        }


@dataclass(frozen=True)
class Undone:
    """A cleaning step: of the flipped texts those decided rightly again, of clean ones those that change."""

    step: Step
    restored: Share
    disturbed: Share

    def as_json(self) -> dict[str, Any]:
        return {
            "step": str(self.step),
            "restored": self.restored.as_json(),
            "clean_texts_changed": self.disturbed.as_json(),
        }


@dataclass(frozen=True)
class TextAttack:
    """What was found on `texts` rightly decided texts of the `looked_at` rows.

    Attributes
    ----------
    flips : by words changed; the last one is one word in ten.
    classes : share flipped with one word in ten, by what was decided.
    edits : how often each slip stands in a flipped text.
    inserted : share flipped by one neutral sentence added at the end, the best of `sentences`.
    undone : what each cleaning step would undo.
    queries : rewordings that the attack itself asked about.
    """

    texts: int
    looked_at: int
    flips: tuple[Flips, ...]
    classes: tuple[tuple[str, Share], ...]
    edits: tuple[tuple[str, int], ...]
    inserted: Share
    sentences: int
    examples: tuple[Example, ...]
    undone: tuple[Undone, ...]
    queries: int

    @property
    def tenth(self) -> Flips:
        return self.flips[-1]

    def as_json(self) -> dict[str, Any]:
        return {
            "texts": self.texts,
            "rows_looked_at": self.looked_at,
            "flips": [one.as_json() for one in self.flips],
            "classes": [{"class": name, **share.as_json()} for name, share in self.classes],
            "edits": [{"edit": name, "count": count} for name, count in self.edits],
            "neutral_sentence": {**self.inserted.as_json(), "sentences": self.sentences},
            "examples": [one.as_json() for one in self.examples],
            "undone": [one.as_json() for one in self.undone],
            "queries": self.queries,
        }
