"""Further tables beside the rows of the main one: at most one match a row, nothing from the future."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from airworthy.charter.linking import PROBABILITY
from airworthy.charter.model import Join, Source
from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.canonical import as_text
from airworthy.data.id_rules.advice import OtherWriting
from airworthy.data.id_rules.apply import RuleUse
from airworthy.data.linkage.joining import LinkedRows, LinkReport
from airworthy.data.times import instants
from airworthy.data.types import RESERVED_ROW, RESERVED_TIME
from airworthy.kernel.errors import InputError

_EVENT, _KNOWN, _FOUND = "__event__", "__known__", "__found__"
_PARTNER = "__partner__"


@dataclass(frozen=True)
class JoinReport:
    """What became of the main rows: `matched + unmatched + too_old + not_yet_known` is their number.

    `repeated` counts rows of the source that share key and time with a later one and were not used.
    `other_writing` tells of IDs without a match that the source writes otherwise, `link` how partners were
    found where no key names them, `rule` what a rule made of the keys.
    """

    source: str
    matched: int
    unmatched: int
    too_old: int = 0
    not_yet_known: int = 0
    repeated: int = 0
    other_writing: OtherWriting | None = None
    link: LinkReport | None = None
    rule: RuleUse | None = None

    def sentence(self) -> str:
        """One plain sentence with its numbers."""
        rows = self.matched + self.unmatched + self.too_old + self.not_yet_known
        parts = [f"{self.matched:,} of {rows:,} rows matched", f"{self.unmatched:,} found nothing"]
        parts += [f"{self.too_old:,} found only older rows than allowed"] if self.too_old else []
        parts += [f"{self.not_yet_known:,} found only rows not known yet"] if self.not_yet_known else []
        parts += [f"{self.repeated:,} repeated source rows gave way to the last"] if self.repeated else []
        parts += [self.other_writing.sentence()] if self.other_writing else []
        parts += self.link.parts() if self.link else []
        parts += [self.rule.sentence()] if self.rule else []
        return f"{self.source}: {'; '.join(parts)}."


def join_source(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, source: Source
) -> tuple[pl.DataFrame, JoinReport]:
    """Bring the columns of `right` to the rows of `frame`, in their order and number.

    A plain join needs a key that is unique in `right`. An as-of join takes, for each row, the last row of
    `right` whose event time plus `known_after` is not after the row's decision time, and only if its event
    is at most `max_age` old; of rows with the same key and time, the last in the file.

    Raises `InputError` for missing columns, keys that repeat, colliding names and as-of joins without times.
    """
    check_join_columns(frame, right, join)
    frame, right = _same_key_types(frame, right, join)
    if source.event_time is not None:
        event = instants(right[source.event_time], source.zone, source.name)
        known = event + timedelta(seconds=source.known_after)
        right = right.with_columns(event.alias(_EVENT), known.alias(_KNOWN))
    taken = _taken_columns(right, join, source)
    renamed = {name: join.prefix + name for name in taken}
    _refuse_collisions(frame, list(renamed.values()), join)
    keys = [name for _, name in join.on]
    times = [name for name in (_EVENT, _KNOWN) if name in right.columns]
    # The taken columns get their new names before the join, so that a key may also be a value.
    right = right.select(
        *(pl.col(key).alias(f"__key_{i}__") for i, key in enumerate(keys)),
        *(pl.col(name).alias(new) for name, new in renamed.items()),
        *times,
        pl.lit(value=True).alias(_FOUND),
    ).drop_nulls([f"__key_{i}__" for i in range(len(keys))])
    bring = _as_of if join.as_of else _plain
    return bring(frame, right, join, list(renamed.values()))


def join_linked(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, source: Source, found: LinkedRows
) -> tuple[pl.DataFrame, JoinReport]:
    """The same where partners were found by likeness: their places are the key.

    The probability of each link comes along where the charter asks for it.
    """
    assert join.link is not None
    named = replace(join, on=((_PARTNER, _PARTNER),), link=None)
    frame = frame.with_columns(found.partner.alias(_PARTNER))
    right = right.with_columns(pl.int_range(right.height, dtype=pl.Int64).alias(_PARTNER))
    joined, report = join_source(frame, right, named, source)
    joined = joined.drop(_PARTNER)
    if join.link.probability:
        name = join.prefix + PROBABILITY
        _refuse_collisions(joined, [name], join)
        joined = joined.with_columns(found.probability.alias(name))
    return joined, replace(report, link=found.report)


def _plain(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, new: list[str]
) -> tuple[pl.DataFrame, JoinReport]:
    keys = [f"__key_{i}__" for i in range(len(join.on))]
    _refuse_repeats(right, keys, join)
    lefts = [left for left, _ in join.on]
    joined = frame.join(right, left_on=lefts, right_on=keys, how="left", maintain_order="left")
    late = pl.lit(value=False)
    if _KNOWN in right.columns and RESERVED_TIME in frame.columns:
        late = (pl.col(_KNOWN) > pl.col(RESERVED_TIME)).fill_null(value=False)
    return _finish(joined, join, new, too_old=pl.lit(value=False), late=late, repeated=0)


def _as_of(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join, new: list[str]
) -> tuple[pl.DataFrame, JoinReport]:
    if RESERVED_TIME not in frame.columns or _KNOWN not in right.columns or join.max_age is None:
        raise InputError(
            f"The as-of join with {join.source} needs data.decision_time, its event_time and max_age.",
            value=join.source,
            remedy="Declare all three in airworthy.toml.",
        )
    keys = [f"__key_{i}__" for i in range(len(join.on))]
    right = right.drop_nulls([_KNOWN])
    last = right.unique([*keys, _KNOWN], keep="last", maintain_order=True)
    repeated = right.height - last.height
    joined = frame.sort(RESERVED_TIME, maintain_order=True).join_asof(
        last.sort(_KNOWN, maintain_order=True),
        left_on=RESERVED_TIME,
        right_on=_KNOWN,
        by_left=[left for left, _ in join.on] or None,
        by_right=keys or None,
        strategy="backward",
        coalesce=False,
        check_sortedness=False,
    )
    age = pl.col(RESERVED_TIME) - pl.col(_EVENT)
    too_old = (age > timedelta(seconds=join.max_age)).fill_null(value=False)
    return _finish(
        joined.sort(RESERVED_ROW), join, new, too_old=too_old, late=pl.lit(value=False), repeated=repeated
    )


def _finish(
    joined: pl.DataFrame, join: Join, new: list[str], *, too_old: pl.Expr, late: pl.Expr, repeated: int
) -> tuple[pl.DataFrame, JoinReport]:
    """Take away what may not be used, count, and drop the helper columns."""
    marked = joined.with_columns(too_old.alias("__old__"), late.alias("__late__"))
    usable = pl.when(pl.col("__old__") | pl.col("__late__")).then(None)
    cleaned = marked.with_columns(usable.otherwise(pl.col(name)).alias(name) for name in new)
    found = pl.col(_FOUND).is_not_null()
    old, not_known, matched = cleaned.select(
        (found & pl.col("__old__")).sum().alias("old"),
        (found & pl.col("__late__")).sum().alias("late"),
        (found & ~pl.col("__old__") & ~pl.col("__late__")).sum().alias("matched"),
    ).row(0)
    report = JoinReport(
        source=join.source,
        matched=matched,
        unmatched=joined.height - matched - old - not_known,
        too_old=old,
        not_yet_known=not_known,
        repeated=repeated,
    )
    helpers = [c for c in cleaned.columns if c in (_EVENT, _KNOWN, _FOUND, "__old__", "__late__")]
    extra = [c for c in cleaned.columns if c.startswith("__key_") and c.endswith("__")]
    return cleaned.drop(helpers + extra), report


def check_join_columns(frame: pl.DataFrame, right: pl.DataFrame, join: Join) -> None:
    """Raise `InputError` where a column that the join names is not there."""
    for left, other in join.on:
        _require(left, frame.columns, "The rows so far have", join)
        _require(other, right.columns, f"The source {join.source} has", join)
    for name in join.columns:
        _require(name, right.columns, f"The source {join.source} has", join)


def _require(name: str, columns: list[str], who: str, join: Join) -> None:
    if name not in columns:
        known = [column for column in columns if not column.startswith("__")]
        raise InputError(
            f'{who} no column "{name}", which the join with {join.source} needs.',
            value=name,
            remedy=did_you_mean(name, known, f"There are: {listed(known)}."),
        )


def _same_key_types(
    frame: pl.DataFrame, right: pl.DataFrame, join: Join
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keys of unlike types meet as text where one side is text; other mixtures are refused."""
    for left, other in join.on:
        mine, theirs = frame[left], right[other]
        if mine.dtype == theirs.dtype:
            continue
        kinds = {mine.dtype, theirs.dtype}
        if kinds == {pl.Int64, pl.Float64}:
            right = right.with_columns(theirs.cast(mine.dtype, strict=False))
        elif pl.String in kinds and theirs.dtype == pl.String and mine.dtype == pl.Int64:
            right = right.with_columns(_whole_text(theirs).alias(other))
        elif kinds == {pl.String, pl.Int64}:
            right = right.with_columns(as_text(theirs).alias(other))
        else:
            raise InputError(
                f'The join with {join.source} compares {mine.dtype} "{left}" and {theirs.dtype} "{other}".',
                value=left,
                remedy="Join on columns of one kind, or declare both text in data.types.",
            )
    return frame, right


def _whole_text(column: pl.Series) -> pl.Series:
    """Text keys that are exactly a whole number, as numbers; "007" is not 7 and matches nothing."""
    number = column.cast(pl.Int64, strict=False)
    return number.set((number.cast(pl.String) != column).fill_null(value=True), None)


def _taken_columns(right: pl.DataFrame, join: Join, source: Source) -> list[str]:
    if join.columns:
        return list(join.columns)
    left_out = {other for _, other in join.on} | {_EVENT, _KNOWN}
    # An as-of join's event time repeats the decision time; only its age would say more.
    left_out |= {source.event_time} if join.as_of and source.event_time else set()
    return [name for name in right.columns if name not in left_out]


def _refuse_collisions(frame: pl.DataFrame, new: list[str], join: Join) -> None:
    clashes = [name for name in new if name in frame.columns]
    if clashes:
        raise InputError(
            f"The join with {join.source} would bring a second column {listed(clashes, 5)}.",
            value=clashes[0],
            remedy=f'Give the join a prefix, for example prefix = "{join.source}_".',
        )


def _refuse_repeats(right: pl.DataFrame, keys: list[str], join: Join) -> None:
    repeats = right.group_by(keys).len().filter(pl.col("len") > 1).sort([*keys])
    if repeats.height:
        first = repeats.row(0)
        shown = ", ".join(f"{name}={value}" for (_, name), value in zip(join.on, first[:-1], strict=True))
        raise InputError(
            f"The source {join.source} has {repeats.height:,} keys more than once (for example {shown}: "
            f"{first[-1]} rows), so a plain join would double rows.",
            value=shown,
            remedy="Join on more columns, make the key unique, or declare the join as_of with a max_age.",
        )
