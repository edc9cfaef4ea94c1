"""DAT024: can the texts be read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import WORDS, column_of, has_time, sources, watched
from airworthy.data.checks.words import counted, listing, measured, moment, share
from airworthy.data.facts.contents import Readability, ReadCounts
from airworthy.data.facts.text_changes import TextChange, Turn
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_TURNED = 0.02
"""Share of the texts that may lie after a date from which the texts of all, or of a source, are others."""


class UnreadableText(ColumnAudit):
    """## What it finds
    Texts with broken letters (cafÃ©), remains of HTML, cut ends, the same template again and again, hardly a
    word, far shorter than the rest, all in capitals, full of emoji, or in another language than the rest. And
    the date from which texts are shorter, longer, in capitals or in another language, for all or in a source.

    ## Why it matters
    Each splits what is one word to a reader into several for the model, or leaves it nothing to read. A cut
    at 255 letters loses the end of every long story.

    ## How it is found
    Every text is searched for letters read in the wrong encoding, control characters, entities and tags,
    emoji and capitals. A cut shows as a heap of texts at one length, or in the last fifteen, that end in
    no mark or in dots, where others of other lengths do not, or as dots within fifteen lengths alone; a
    template as 30 letters or more that one row in a hundred repeats. Texts are far shorter where those of
    at most a quarter of the length that one in four exceeds are a heap of their own: twice as many as those
    up to twice as long. The language of at most 20,000 texts is told by script, and by common words and
    letters of 18 languages; the most frequent is the column's. Of values that are no prose (three words,
    thirty letters, three in ten different) only broken letters are looked for.

    In at most 100,000 sampled rows every date is tried for a change of the mean rank of the lengths, of the
    share of long texts, of capitals and of other languages (5,000 texts): in all rows, and in those of each
    source (a column of 2 to 50 words). It must be seven standard errors and a tenth of the rows, the usual
    length must change by half, a share by three quarters, and most of it at once, next to the date.

    ## Limit
    Each trouble has a share of the texts that it may touch: broken letters 0.2 %; HTML and cut ends 2 %;
    texts after a date of change 2 %; no words and other languages 5 %; capitals, emoji and templates 10 %;
    texts a quarter as long as the longer ones 25 %. Measured is the worst, in times its share: at most 1.
    Damage is rare in sound files; style is not, and public reviews, messages and tweets stay below.

    ## What to do
    Read the file in its own encoding, strip markup where it is made, and widen the field that cuts. Keep one
    language a column, or tell the language in a column of its own.

    ## Known problems
    Two languages in one text count as the stronger. Texts of three or four words seldom tell their language,
    and only 18 languages in Latin script are known by their words.

    ## Example
    60 of 2,000 reviews hold broken letters such as "cafÃ©" (3 %, 15 times the 0.2 % that is allowed): FAIL.

        >>> import airworthy as aw, polars as pl
        >>> reviews = [f"a quiet table, good coffee, and cake number {n} was fresh" for n in range(480)]
        >>> reviews += [f"the cafÃ© was full, and cake number {n} came late" for n in range(20)]
        >>> table = pl.DataFrame({"review": reviews})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT024"]
        ['column:review']

    ## References
    Unicode Standard Annex 24 (scripts).
    """

    code: ClassVar[str] = "DAT024"
    name: ClassVar[str] = "unreadable-text"
    title: ClassVar[str] = "Texts can be read"
    default: ClassVar[Limit] = Limit(
        high=1.0, source="default: the share of texts that each trouble may touch"
    )
    advice: ClassVar[str] = (
        "Read the file in its own encoding, strip markup at the source, and tell languages apart by a column."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [
            *super().needs(scope),
            *(_turn_of(c.name, scope) for c in self.columns(scope) if has_time(scope)),
        ]

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.type in WORDS]

    def fact(self, column: str) -> Fact:
        return Readability(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census, Scaled  # loads with the measuring code

        counts: ReadCounts = facts[Readability(column.name)]
        if not counts.values:
            return NotApplicable(f"{column.name} holds no value.")
        _, rows, n, allowed, _ = counts.troubles[0]
        turn: Turn | None = facts[_turn_of(column.name, scope)] if has_time(scope) else None
        if turn is not None and turn.share / MOST_TURNED > rows / n / allowed:
            rows, n, allowed = max(1, round(turn.share * counts.values)), counts.values, MOST_TURNED
        return Scaled(Census(rows, n), 1 / allowed, "times the allowed share")

    def finding(self, result: Result) -> str:
        _, n = measured(result)
        name, troubles = column_of(result.subject), result.details["troubles"]
        if "from" in result.details:
            return _turned(name, result.details, n)
        if not troubles:
            return f"The {n:,} texts of {name} show nothing that makes them hard to read."
        words = listing([_said(what, told) for what, told in troubles.items()])
        return f"Of {counted(n, 'text')} in {name}: {words}."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: ReadCounts = facts[Readability(column_of(subject))]
        troubles = {
            what: {"texts": rows, "share": rows / n, "allowed": allowed, "example": example}
            for what, rows, n, allowed, example in counts.troubles
            if rows
        }
        worst = counts.troubles[0] if counts.troubles else ("", 0, 1, 1.0, "")
        touched = round(worst[1] / worst[2] * counts.values)
        told = {"rows_touched": touched, "troubles": troubles, "languages": dict(counts.languages)}
        turn: Turn | None = facts[_turn_of(column_of(subject), scope)] if has_time(scope) else None
        if turn is None:
            return told
        return told | {
            "rows_touched": max(touched, round(turn.share * counts.values)),
            "from": moment(turn.at),
            "what": turn.what,
            "lengths": turn.lengths,
            "before": turn.before,
            "after": turn.after,
            "source": turn.source,
            "value": turn.value,
            "example": turn.example,
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: ReadCounts = facts[Readability(column_of(subject))]
        bars = [(what, rows / n) for what, rows, n, _, _ in counts.troubles if rows]
        if not bars:
            return None
        return bar_chart(
            f"What makes {column_of(subject)} hard to read", bars, x="trouble", y="share of texts"
        )


def _said(what: str, told: Mapping[str, Any]) -> str:
    shares = f"{share(told['share'])} (allowed {share(told['allowed'])})"
    return f'{what} in {shares}, as in "{told["example"]}"'


def _turn_of(name: str, scope: Scope) -> TextChange:
    return TextChange(name, sources(scope))


def _turned(name: str, told: Mapping[str, Any], n: int) -> str:
    whose = f" where {told['source']} is {told['value']}" if told["source"] else ""
    if told["lengths"]:
        change = f"half of them have {told['before']:.0f} letters before and {told['after']:.0f} after"
    else:
        change = f"{share(told['before'])} before and {share(told['after'])} after"
    others = [_said(what, trouble) for what, trouble in told["troubles"].items() if _beyond(trouble)]
    also = f" Besides: {listing(others)}." if others else ""
    return (
        f"The texts of {name}{whose} are {told['what']} since {told['from']}: {change}, as in "
        f'"{told["example"]}"; {counted(told["rows_touched"], "text")} of {n:,}.{also}'
    )


def _beyond(trouble: Mapping[str, Any]) -> bool:
    return bool(trouble["share"] > trouble["allowed"])
