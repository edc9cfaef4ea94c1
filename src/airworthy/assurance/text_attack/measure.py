"""Attacks a sample of rightly decided texts, and lays chance and every cleaning step beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence

import numpy as np

from airworthy.assurance.decided import decided_and_sure
from airworthy.assurance.given import PREDICTIONS, SCORER, SEED, ScoresColumns, sizes_of
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.assurance.swaps.tokens import words
from airworthy.assurance.text_attack.attacker import Attacked, attack, candidates
from airworthy.assurance.text_attack.edits import shown
from airworthy.assurance.text_attack.found import Example, Flips, Share, TextAttack, Undone
from airworthy.assurance.text_attack.model import Asked
from airworthy.assurance.text_attack.passage import Change, Passage
from airworthy.assurance.text_attack.undo import Cleaner, Step
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.scoring.contract import Column, LogicalType

BUDGETS: tuple[int | None, ...] = (1, 2, 3, None)
"""Words that may be changed; None: one in ten."""
FEWEST = 20
"""Texts below which a share says nothing."""
READ_ROWS = 20_000
"""Rows whose words are known words."""
LOOKED_AT = 10
"""Rows of the sample for each text that is attacked: wrong decisions and wordless texts are passed over."""
SHOWN, SHOWN_LETTERS = 3, 240

NEUTRAL = (
    "This was written on a phone.",
    "The text above is complete.",
    "There is nothing to add to this.",
    "The date is on the calendar.",
    "It is now about half past ten.",
    "One two three four five.",
)
"""Sentences that say nothing of any matter that a text can be about."""


NOT_ASKED = (
    "The model lies behind an address, where every question is somebody's bill. Attack it on request: "
    "airworthy stress."
)


def attack_in_check(facts: Facts, inputs: Sequence[Column]) -> TextAttack | NotApplicable:
    """On as many texts as may be attacked unasked."""
    texts = sizes_of(facts[SCORER]).reworded
    if not texts:
        return NotApplicable(NOT_ASKED)
    return attack_texts(facts[PREDICTIONS], facts[SCORER], inputs, texts, facts[SEED])


def attack_texts(
    rows: Predictions,
    scorer: ScoresColumns,
    inputs: Sequence[Column],
    texts: int,
    seed: int,
    on_round: Callable[[], None] = lambda: None,
) -> TextAttack | NotApplicable:
    """Reword up to `texts` rightly decided texts until their decision falls.

    Parameters
    ----------
    inputs : the model's columns, of which those of running text are reworded.
    seed : draws the texts and every slip.
    """
    names = [c.name for c in inputs if c.type is LogicalType.TEXT and c.name in rows.columns]
    rng = np.random.default_rng(derive_seed(seed, "assurance", "texts attacked"))
    sample = rows.rows(np.sort(rng.permutation(len(rows))[: LOOKED_AT * texts]))
    codes, _ = decided_and_sure(sample, scorer, sample.columns)
    attacked = _chosen(sample, names, codes, texts, rng)
    if len(attacked) < FEWEST:
        return NotApplicable(
            f"{len(attacked)} of {len(sample):,} rows have a text with words and are decided rightly; "
            f"{FEWEST} are needed."
        )
    asked = Asked(sample, scorer)
    known, cleaner = _known(rows, names, attacked, sample)
    attack(asked, attacked, known, rng, on_round)
    tries = max(1, asked.queries // len(attacked))
    return TextAttack(
        texts=len(attacked),
        looked_at=len(sample),
        flips=_flips(sample, scorer, attacked, known, rng, tries),
        classes=_by_class(sample.classes, attacked),
        edits=_edits(attacked),
        inserted=_inserted(sample, scorer, names, attacked),
        sentences=len(NEUTRAL),
        examples=_examples(sample.classes, attacked),
        undone=_undone(sample, scorer, names, attacked, cleaner, codes),
        queries=asked.queries,
    )


def _chosen(
    sample: Predictions, names: Sequence[str], codes: np.ndarray, texts: int, rng: np.random.Generator
) -> list[Attacked]:
    """Rightly decided rows with a word that may be changed, in random order."""
    found: list[Attacked] = []
    for row in rng.permutation(np.flatnonzero(codes == sample.y)).tolist():
        passage = Passage.of({name: sample.columns[name][row] for name in names})
        if passage.spots:
            found.append(Attacked(row, passage, int(codes[row]), decided=int(codes[row])))
        if len(found) == texts:
            break
    return found


def _known(
    rows: Predictions, names: Sequence[str], attacked: Sequence[Attacked], sample: Predictions
) -> tuple[Container[str], Cleaner]:
    """Words that any text holds; and what the texts that are not attacked say of spelling."""
    held = {name: rows.columns[name][:READ_ROWS] for name in names}
    under_attack = {text for one in attacked for text in one.passage.cells.values()}
    texts = [str(text) for cells in held.values() for text in cells if text]
    known = {word.text.lower() for text in texts for word in words(text)}
    known |= {spot.word.text.lower() for one in attacked for spot in one.passage.spots}
    return known, Cleaner.of(text for text in texts if text not in under_attack)


def _flips(
    sample: Predictions,
    scorer: ScoresColumns,
    attacked: Sequence[Attacked],
    known: Container[str],
    rng: np.random.Generator,
    tries: int,
) -> tuple[Flips, ...]:
    """What is flipped with each number of words, by choice and by chance."""
    made = []
    n = len(attacked)
    for budget in BUDGETS:
        chosen = sum(text.flipped(budget) for text in attacked)
        hit = _at_random(sample, scorer, attacked, known, rng, budget, tries)
        lucky = Share(int(hit.any(axis=1).sum()), n) if budget is None else None
        made.append(Flips(budget, Share(chosen, n), Share(int(hit[:, 0].sum()), n), lucky))
    return tuple(made)


def _at_random(
    sample: Predictions,
    scorer: ScoresColumns,
    attacked: Sequence[Attacked],
    known: Container[str],
    rng: np.random.Generator,
    budget: int | None,
    tries: int,
) -> np.ndarray:
    """Whether random rewordings flip each text (n, tries); only of the last budget there are several."""
    times = tries if budget is None else 1
    at = [text.row for text in attacked for _ in range(times)]
    cells = [
        text.passage.written(_drawn(text, text.tenth if budget is None else budget, known, rng))
        for text in attacked
        for _ in range(times)
    ]
    codes, _ = Asked(sample, scorer).ask(at, cells)
    return np.asarray(codes.reshape(len(attacked), times) != np.array([[t.truth] for t in attacked]))


def _drawn(text: Attacked, count: int, known: Container[str], rng: np.random.Generator) -> dict[int, Change]:
    """So many random words, each with a random slip."""
    made = {}
    for spot in rng.permutation(len(text.passage.spots))[:count].tolist():
        options = candidates(text.passage, spot, known, rng)
        if options:
            made[spot] = options[int(rng.integers(len(options)))][1]
    return made


def _by_class(classes: Sequence[str], attacked: Sequence[Attacked]) -> tuple[tuple[str, Share], ...]:
    made = []
    for code, name in enumerate(classes):
        own = [text for text in attacked if text.truth == code]
        if own:
            made.append((name, Share(sum(text.flipped(None) for text in own), len(own))))
    return tuple(made)


def _edits(attacked: Sequence[Attacked]) -> tuple[tuple[str, int], ...]:
    fallen = (text for text in attacked if text.flipped_at is not None)
    return tuple(Counter(str(edit) for text in fallen for edit in text.edits.values()).most_common())


def _inserted(
    sample: Predictions, scorer: ScoresColumns, names: Sequence[str], attacked: Sequence[Attacked]
) -> Share:
    """Texts flipped by one of the neutral sentences at their end."""
    at = [text.row for text in attacked for _ in NEUTRAL]
    cells = [_ended(text.passage.cells, names, sentence) for text in attacked for sentence in NEUTRAL]
    codes, _ = Asked(sample, scorer).ask(at, cells)
    fell = codes.reshape(len(attacked), len(NEUTRAL)) != np.array([[text.truth] for text in attacked])
    return Share(int(fell.any(axis=1).sum()), len(attacked))


def _ended(cells: Mapping[str, str], names: Sequence[str], sentence: str) -> dict[str, str]:
    """The cells with the sentence at the end of the last one that holds a text."""
    last = next(name for name in reversed(names) if name in cells)
    return {**cells, last: f"{cells[last].rstrip()} {sentence}"}


def _examples(classes: Sequence[str], attacked: Sequence[Attacked]) -> tuple[Example, ...]:
    """The texts that fell with the fewest words, short ones first; their middle is cut out where long."""
    fallen = [text for text in attacked if text.flipped_at is not None]
    fallen.sort(key=lambda text: (text.flipped_at or 0, sum(map(len, text.passage.cells.values())) > 140))
    return tuple(_example(classes, text) for text in fallen[:SHOWN])


def _example(classes: Sequence[str], text: Attacked) -> Example:
    spots, after = text.passage.spots, text.passage.written(text.changes)
    changed = []
    for spot, change in sorted(text.changes.items()):
        new = change.new + (spots[spot].word.next if change.joined else "")
        changed.append((spots[spot].word.text, shown(new), str(text.edits[spot])))
    first = spots[min(text.changes)].column
    return Example(
        _short(text.passage.cells[first]),
        _short(after[first]),
        tuple(changed),
        classes[text.truth],
        classes[text.decided],
    )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN_LETTERS else plain[: SHOWN_LETTERS - 1] + "…"


def _undone(
    sample: Predictions,
    scorer: ScoresColumns,
    names: Sequence[str],
    attacked: Sequence[Attacked],
    cleaner: Cleaner,
    codes: np.ndarray,
) -> tuple[Undone, ...]:
    """What each step brings back of the flipped texts, and how many clean texts it decides differently."""
    fallen = [text for text in attacked if text.flipped_at is not None]
    clean = np.flatnonzero([any(sample.columns[name][row] for name in names) for row in range(len(sample))])
    clean = clean[: 2 * len(attacked)]
    made = []
    for step in Step:
        cells = [_cleaned(text.passage.written(text.changes), cleaner, step) for text in fallen]
        back, _ = Asked(sample, scorer).ask([text.row for text in fallen], cells)
        restored = sum(int(code) == text.truth for code, text in zip(back, fallen, strict=True))
        columns = take_columns(sample.columns, clean)
        for name in names:
            columns[name] = [cleaner.cleaned(step, str(text)) if text else text for text in columns[name]]
        now, _ = decided_and_sure(sample, scorer, columns)
        changed = int((now != codes[clean]).sum())
        made.append(Undone(step, Share(restored, len(fallen)), Share(changed, len(clean))))
    return tuple(made)


def _cleaned(cells: Mapping[str, str], cleaner: Cleaner, step: Step) -> dict[str, str]:
    return {name: cleaner.cleaned(step, text) for name, text in cells.items()}
