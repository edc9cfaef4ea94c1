"""Greedy rewording: the words that a decision hangs on first, each with its most telling slip."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

import numpy as np

from airworthy.assurance.text_attack.edits import Edit, edited
from airworthy.assurance.text_attack.model import Asked, Codes
from airworthy.assurance.text_attack.passage import Change, Passage

MOST_LOOKED_AT = 60
"""Words of one text that are left out in turn; of a longer text they are drawn."""
AT_ONCE = 3
"""Words whose slips are tried beside each other, the most telling of those not yet changed."""
TENTH = 10
MOST_CHANGED = 8
"""Words that are changed in a long text, at most: more than a person reads over."""
FEWEST_CHANGED = 3


@dataclass(eq=False)
class Attacked:
    """One text under attack.

    Attributes
    ----------
    row, passage : which row, and its texts as they were.
    truth : what the model decided, rightly.
    changes, edits : what was changed so far, by the number of the word.
    flipped_at : words changed when the decision fell; None while it stands.
    decided : the decision now.
    """

    row: int
    passage: Passage
    truth: int
    changes: dict[int, Change] = field(default_factory=dict)
    edits: dict[int, Edit] = field(default_factory=dict)
    flipped_at: int | None = None
    decided: int = -1

    @property
    def tenth(self) -> int:
        """One word in ten, at least one."""
        return min(MOST_CHANGED, max(1, self.passage.count // TENTH))

    @property
    def budget(self) -> int:
        return min(len(self.passage.spots), max(FEWEST_CHANGED, self.tenth))

    @property
    def open(self) -> bool:
        return self.flipped_at is None and len(self.changes) < self.budget

    def flipped(self, words: int | None) -> bool:
        """Whether changing at most so many words flips it; None: one in ten."""
        return self.flipped_at is not None and self.flipped_at <= (self.tenth if words is None else words)


def attack(
    asked: Asked,
    texts: Sequence[Attacked],
    known: Container[str],
    rng: np.random.Generator,
    on_round: Callable[[], None] = lambda: None,
) -> None:
    """Change words until the decision falls or the budget of each text is spent; told in `texts` themselves.

    Parameters
    ----------
    known : words that no slip may lead to.
    on_round : is called after each of the rounds, of which there are up to `2 * MOST_CHANGED`.
    """
    left = _telling_first(asked, texts, rng)
    sure = _sure_now(asked, texts)
    for _ in range(2 * MOST_CHANGED):
        tried = [(i, spot) for i, text in enumerate(texts) if text.open for spot in left[i][:AT_ONCE]]
        if not tried:
            break
        changed = _best_word_of_each(asked, texts, tried, sure, known, rng)
        for i in {i for i, _ in tried}:
            done = {changed[i]} if i in changed else set(left[i][:AT_ONCE])
            left[i] = [spot for spot in left[i] if spot not in done]
        on_round()


def candidates(
    passage: Passage, spot: int, known: Container[str], rng: np.random.Generator
) -> list[tuple[Edit, Change]]:
    """Every slip of one word."""
    word = passage.spots[spot].word.text
    made = [(edit, Change(new)) for edit, new in edited(word, rng.random(6), known)]
    if passage.can_join(spot):
        made.append((Edit.JOINED, Change(word, joined=True)))
    return made


def _telling_first(asked: Asked, texts: Sequence[Attacked], rng: np.random.Generator) -> list[list[int]]:
    """Of each text its words, by how much less sure the decision is without them."""
    looked = [np.sort(rng.permutation(len(text.passage.spots))[:MOST_LOOKED_AT]).tolist() for text in texts]
    pairs = [(i, spot) for i, spots in enumerate(looked) for spot in spots]
    cells = [texts[i].passage.written({spot: Change("")}) for i, spot in pairs]
    _, sure = asked.ask([texts[i].row for i, _ in pairs], cells)
    left = {pair: float(sure[n, texts[pair[0]].truth]) for n, pair in enumerate(pairs)}
    return [sorted(spots, key=lambda spot: left[i, spot]) for i, spots in enumerate(looked)]


def _sure_now(asked: Asked, texts: Sequence[Attacked]) -> list[float]:
    _, sure = asked.ask([text.row for text in texts], [text.passage.written({}) for text in texts])
    return [float(sure[i, text.truth]) for i, text in enumerate(texts)]


def _best_word_of_each(
    asked: Asked,
    texts: Sequence[Attacked],
    tried: Sequence[tuple[int, int]],
    sure: list[float],
    known: Container[str],
    rng: np.random.Generator,
) -> dict[int, int]:
    """Try every slip of these words, and keep that of each text which unsettles its decision most, if any.

    Returns the word that was changed in each text where one was.
    """
    options = [
        (i, spot, edit, change)
        for i, spot in tried
        for edit, change in candidates(texts[i].passage, spot, known, rng)
    ]
    cells = [texts[i].passage.written({**texts[i].changes, spot: change}) for i, spot, _, change in options]
    codes, probability = asked.ask([texts[i].row for i, *_ in options], cells)
    changed: dict[int, int] = {}
    for n, place in _best(options, texts, codes, probability).items():
        _, spot, edit, change = options[place]
        text, now = texts[n], float(probability[place, texts[n].truth])
        fell = int(codes[place]) != text.truth
        if not fell and now >= sure[n]:
            continue
        text.changes[spot], text.edits[spot], sure[n], changed[n] = change, edit, now, spot
        text.decided = int(codes[place])
        if fell:
            text.flipped_at = len(text.changes)
    return changed


def _best(
    options: Sequence[tuple[int, int, Edit, Change]],
    texts: Sequence[Attacked],
    codes: Codes,
    probability: np.ndarray,
) -> dict[int, int]:
    """Of each text the option that is best for the attacker: one that flips it, else the least sure."""
    best: dict[int, tuple[bool, float, int]] = {}
    for place, (i, *_) in enumerate(options):
        truth = texts[i].truth
        offer = (int(codes[place]) == truth, float(probability[place, truth]), place)
        if i not in best or offer < best[i]:
            best[i] = offer
    return {i: place for i, (_, _, place) in best.items()}
