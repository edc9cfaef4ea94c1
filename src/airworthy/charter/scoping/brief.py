"""One page in business words: what is to be built, for whom, what it may cost to err, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airworthy.charter.scoping.contradictions import Contradiction
from airworthy.charter.scoping.questions import QUESTIONS, TOPICS
from airworthy.charter.scoping.sheet import Sheet

GLOSSARY = {
    "false alarm": "acting where nothing would have happened",
    "miss": "not acting where it happens",
    "outcome": "what came to be, known some time after the decision",
    "charter": "the file in which all of this is declared, and against which every run is held",
    "sealed test": "cases that nobody looks at until release, so that the last figure is honest",
    "AUC": "how often a case that happens is ranked above one that does not: .5 by lot, 1 always",
    "threshold": "the score from which on somebody acts; it follows from what the two errors cost",
}
OPEN = "not answered yet"


def brief(sheet: Sheet, found: Sequence[Contradiction]) -> str:
    """The page as Markdown; it ends with the digest that signatures name."""
    return "\n".join(_lines(sheet, found)) + "\n"


def _lines(sheet: Sheet, found: Sequence[Contradiction]) -> Iterator[str]:
    yield f"# {sheet.text('decision.what') or 'A model without a decision yet'}"
    for topic, title in TOPICS.items():
        yield f"\n## {title}\n"
        for question in QUESTIONS:
            answer = sheet.of(question.key)
            if question.topic != topic or (answer is None and not question.needed):
                continue
            said = OPEN if answer is None else f"{answer.text} ({answer.by}, {answer.at:%Y-%m-%d})"
            yield f"- {question.asks} **{said}**"
    yield "\n## What does not go together\n"
    if not found:
        yield "Nothing that was looked for was found in these answers."
    for one in found:
        yield f"- {one.says} *{one.way_out}*"
    told = " ".join(answer.text.casefold() for answer in sheet.answers)
    words = {word: meaning for word, meaning in GLOSSARY.items() if word.casefold() in told}
    always = ("false alarm", "miss", "outcome", "threshold")
    yield "\n## Words\n"
    for word in dict.fromkeys((*always, *words)):
        yield f"- **{word}**: {GLOSSARY[word]}"
    yield f"\nDigest of these answers: `{sheet.digest}`"
