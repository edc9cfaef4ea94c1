"""What is changed to see what a finding costs: a column left out, a stand-in emptied, repeats dropped.

One function a kind of finding; a check that has none is compared with and without its column.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.canonical import as_text
from airworthy.data.consequence.effect import Kind
from airworthy.kernel.result import Result
from airworthy.kernel.seed import derive_seed

if TYPE_CHECKING:
    from airworthy.data.consequence.rows import Floats, Mask, Rows
    from airworthy.data.consequence.small_model import Columns

LEAKS = frozenset({"DAT006", "DAT007", "DAT008", "DAT014", "DAT027", "DAT028"})
"""Checks that find quality in a test that will not come in use."""

MOSTLY_EMPTY = 0.5
"""From this share of gaps on, emptying as many again leaves no value."""


@dataclass(frozen=True)
class Change:
    """What the second model is given.

    `rows` are kept in both, `learn` are learned from and scored; `apart` (n,) are codes: rows with one code
    stand in one fold of the second model.
    """

    kind: Kind
    columns: Columns = field(default_factory=dict)
    rows: Mask | None = None
    learn: Mask | None = None
    apart: NDArray[np.uint64] | None = None
    key: str = ""  # changes with one key give one answer, and are measured once


@dataclass(frozen=True)
class NoChange:
    """Nothing to compare, and why."""

    reason: str
    kind: Kind = Kind.NOT_ESTIMATED


Treatment = Callable[[Result, "Rows"], Change | NoChange]


def treat(result: Result, rows: Rows) -> Change | NoChange:
    """The change that shows what `result` costs."""
    name = column_of(result)
    if reason := WITHOUT.get(result.code):
        return reason
    if name is not None and name not in rows.inputs and result.code != "DAT027":
        if name in rows.unread:
            return NoChange(f"the small model does not read {name}: it is prose, or one input too many")
        return NoChange(f"the model does not read {name}", Kind.NONE)
    treatment = TREATMENTS.get(result.code)
    if treatment is not None and (name is not None or treatment is not _without):
        return treatment(result, rows)
    if name is None:
        return NoChange("there is nothing to leave out or put right in the rows to compare with")
    return Change(Kind.RELIANCE, {name: None}, key=f"without {name}")


def column_of(result: Result) -> str | None:
    """The column that a result is about; None for the table, the outcome or the time."""
    kind, _, name = result.subject.partition(":")
    return name if kind == "column" else None


def _without(result: Result, rows: Rows) -> Change | NoChange:
    name = result.subject.partition(":")[2]
    return Change(Kind.PROMISE, {name: None}, key=f"promise without {name}")


def _gaps_filled(result: Result, rows: Rows) -> Change | NoChange:
    """Gaps take values of other rows, so that being empty tells nothing."""
    name = result.subject.partition(":")[2]
    column = rows.frame[name]
    present = column.drop_nulls()
    if not len(present) or len(present) == len(column):
        return NoChange(f"{name} has no gaps and values in the sampled rows")
    rng = np.random.default_rng(derive_seed(rows.seed, "fill", name))
    drawn = present.gather(rng.integers(0, len(present), len(column)))
    filled = pl.DataFrame([column.alias("a"), drawn.alias("b")]).select(pl.coalesce("a", "b")).to_series()
    return Change(Kind.PROMISE, {name: filled}, key=f"filled {name}")


def _emptied_further(result: Result, rows: Rows) -> Change | NoChange:
    """As many values again are emptied at random; of a column that is mostly empty, all."""
    if result.subject == "target":
        return NoChange("rows without an outcome cannot be scored")
    name = result.subject.partition(":")[2]
    column = rows.frame[name]
    share = column.null_count() / len(column)
    if not share:
        return NoChange(f"{name} has no gaps in the sampled rows")
    if share >= MOSTLY_EMPTY:
        return Change(Kind.RELIANCE, {name: None}, key=f"without {name}")
    rng = np.random.default_rng(derive_seed(rows.seed, "empty", name))
    lost = rng.random(len(column)) < share / (1 - share)
    return Change(Kind.GAPS, {name: _emptied(column, lost)}, key=f"emptied {name}")


def _stand_ins_emptied(result: Result, rows: Rows) -> Change | NoChange:
    name = result.subject.partition(":")[2]
    column = rows.frame[name]
    stands = {str(value).strip().lower() for value in result.details.get("stand_ins", {})}
    found = _equals_any(column, stands)
    if not found.any() and result.details.get("read_as_missing"):
        return NoChange(f"reading already took them for missing in {name}; the source still holds them")
    if not found.any():
        return NoChange(f"no sampled row holds a stand-in in {name}")
    return Change(Kind.LOSS, {name: _emptied(column, found)}, key=f"stand-ins {name}")


def _equals_any(column: pl.Series, stands: set[str]) -> Mask:
    """Rows (n,) whose value is one of `stands`, as text or as a number."""
    text = as_text(column).str.strip_chars().str.to_lowercase().is_in(sorted(stands)).fill_null(value=False)
    if not column.dtype.is_numeric():
        return text.to_numpy()
    numbers = {number for stand in stands if (number := _number(stand)) is not None}
    values = column.cast(pl.Float64).to_numpy()
    near = [np.isclose(values, number, rtol=1e-6, atol=0) for number in numbers]
    return np.asarray(text.to_numpy() | np.any([np.zeros(len(values), bool), *near], axis=0))


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _infinities_emptied(result: Result, rows: Rows) -> Change | NoChange:
    name = result.subject.partition(":")[2]
    infinite = rows.frame[name].cast(pl.Float64).is_infinite().fill_null(value=False).to_numpy()
    if not infinite.any():
        return NoChange(f"no sampled row is infinite in {name}")
    return Change(Kind.LOSS, {name: _emptied(rows.frame[name], infinite)}, key=f"infinite {name}")


def _parsed(result: Result, rows: Rows) -> Change | NoChange:
    """Text that is mostly numbers is read as numbers; what is none is emptied."""
    name = result.subject.partition(":")[2]
    text = as_text(rows.frame[name]).str.strip_chars()
    numbers = text.str.replace_all(r"[\s$€£%]", "").cast(pl.Float64, strict=False)
    if numbers.count() * 2 < text.count():
        return NoChange(f"{name} cannot be read as numbers without asking which form is meant")
    return Change(Kind.LOSS, {name: numbers}, key=f"parsed {name}")


def _repeats_dropped(result: Result, rows: Rows) -> Change | NoChange:
    """Only each row's first copy is learned from and scored, so that no twin stands on both sides."""
    if result.subject != "table":
        return NoChange("no model can be right about twins with different outcomes")
    names = [name for name in rows.frame.columns if not name.startswith("__")]
    first = rows.frame.select(pl.struct(names).is_first_distinct()).to_series().to_numpy()
    if first.all():
        return NoChange("no two sampled rows are alike")
    return Change(Kind.PROMISE, learn=first, key="repeats")


def _entities_together(result: Result, rows: Rows) -> Change | NoChange:
    """Rows of one entity stand in one fold, so that nobody is learned from and tested on."""
    keys = [key for key in result.details.get("keys", []) if key in rows.frame.columns]
    if not keys:
        return NoChange("the parts of the table are given, and were not drawn here")
    codes = rows.frame.select(pl.struct(keys).hash(92)).to_series()
    return Change(Kind.PROMISE, apart=codes.to_numpy(), key=f"together {keys}")


def _capped(result: Result, rows: Rows) -> Change | NoChange:
    """Values beyond the limits that the finding names are brought to them."""
    name, told = result.subject.partition(":")[2], result.details
    if "low" not in told or "high" not in told:
        return NoChange("the finding names no limits")
    values = rows.frame[name].cast(pl.Float64)
    low = float(told["low"]) if told.get("below") else None
    high = float(told["high"]) if told.get("above") else None
    capped = values.clip(low, high)
    if capped.equals(values, null_equal=True):
        return NoChange(f"no sampled row is far out in {name}")
    return Change(Kind.LOSS, {name: capped}, key=f"capped {name}")


def _spelt_alike(result: Result, rows: Rows) -> Change | NoChange:
    """Each spelling that the finding names becomes the usual one."""
    name = result.subject.partition(":")[2]
    pairs = {str(pair[0]): str(pair[1]) for pair in result.details.get("variants", []) if len(pair) > 1}
    text = as_text(rows.frame[name])
    if not pairs and result.details.get("blanks_around"):
        return NoChange(f"reading already took the blanks away in {name}; the source still holds them")
    if not pairs or not text.is_in(sorted(pairs)).any():
        return NoChange(f"no sampled row has another spelling in {name}")
    return Change(Kind.LOSS, {name: text.replace(pairs)}, key=f"spelt {name}")


def _same_unit(result: Result, rows: Rows) -> Change | NoChange:
    """Values before the date are brought to the level and spread after it; a source to the usual unit."""
    name = result.subject.partition(":")[2]
    at, time = _date(result.details.get("from")), rows.time
    if result.details.get("source") in rows.frame.columns:
        return _unit_of_source(result, rows, name, at)
    if at is None or time is None:
        return NoChange("the date of the change is not known")
    values = np.array(rows.frame[name].cast(pl.Float64).fill_null(math.nan).to_numpy(), float)
    earlier = np.nan_to_num(time, nan=math.inf) < at
    (level, spread), (new_level, new_spread) = _level(values[earlier]), _level(values[~earlier])
    if not spread or not new_spread:
        return NoChange("one side of the date has too few different values to be brought to the other")
    values[earlier] = (values[earlier] - level) * (new_spread / spread) + new_level
    put_right = pl.Series(name, values).fill_nan(None)
    return Change(Kind.LOSS, {name: put_right}, key=f"unit {name}")


def _unit_of_source(result: Result, rows: Rows, name: str, at: float | None) -> Change | NoChange:
    told, values = result.details, rows.frame[name].cast(pl.Float64)
    odd = rows.frame[told["source"]].cast(pl.String).eq(told["value"]).fill_null(value=False).to_numpy()
    if at is not None:
        if rows.time is None:
            return NoChange("the date of the change is not known")
        odd = odd & (np.nan_to_num(rows.time, nan=-math.inf) >= at)
    numbers = np.array(values.fill_null(math.nan).to_numpy(), float)
    numbers[odd] = (numbers[odd] - told["plus"]) / told["times"]
    return Change(Kind.LOSS, {name: pl.Series(name, numbers).fill_nan(None)}, key=f"unit {name}")


def _level(values: Floats) -> tuple[float, float]:
    """Median, and the distance between the quartiles; 0 and 0 without 20 finite values."""
    finite = values[np.isfinite(values)]
    if len(finite) < 20:
        return 0.0, 0.0
    low, middle, high = np.quantile(finite, (0.25, 0.5, 0.75))
    return float(middle), float(high - low)


def _gaps_as_on_the_other_side(result: Result, rows: Rows) -> Change | NoChange:
    """On the side of the date where the column is fuller, it is emptied as far as on the other side."""
    name = result.subject.partition(":")[2]
    before, after = result.details.get("before"), result.details.get("after")
    at, time = _date(result.details.get("from")), rows.time
    if at is None or time is None or before is None or after is None:
        return NoChange("the date of the step is not known")
    side = (time < at) if after > before else (time >= at)
    if side.sum() < 200:
        return NoChange(f"only {int(side.sum()):,} sampled rows lie on the side where {name} is filled")
    least, most = sorted((float(before), float(after)))
    rng = np.random.default_rng(derive_seed(rows.seed, "step", name))
    lost = rng.random(len(rows)) < (most - least) / max(1e-9, 1 - least)
    return Change(Kind.STEP, {name: _emptied(rows.frame[name], lost)}, rows=side, key=f"step {name}")


def _date(words: object) -> float | None:
    """Seconds since 1970 of a date as the details write it: "14 Jun 2013" or "14 Jun 2013 09:00"."""
    for form in ("%d %b %Y", "%d %b %Y %H:%M"):
        try:
            return datetime.strptime(str(words), form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def _emptied(column: pl.Series, where: Mask) -> pl.Series:
    gone = pl.Series("gone", where)
    return (
        pl.DataFrame([column.alias("a"), gone])
        .select(pl.when("gone").then(None).otherwise(pl.col("a")))
        .to_series()
    )


TREATMENTS: Mapping[str, Treatment] = {
    "DAT001": _emptied_further,
    "DAT003": _repeats_dropped,
    "DAT004": _parsed,
    "DAT005": _stand_ins_emptied,
    "DAT006": _without,
    "DAT007": _gaps_filled,
    "DAT008": _without,
    "DAT012": _gaps_as_on_the_other_side,
    "DAT013": _infinities_emptied,
    "DAT014": _without,
    "DAT015": _same_unit,
    "DAT016": _capped,
    "DAT018": _spelt_alike,
    "DAT026": _emptied_further,
    "DAT027": _entities_together,
    "DAT028": _without,
}

WITHOUT: Mapping[str, NoChange] = {
    "DAT002": NoChange("a column that never varies changes no prediction", Kind.NONE),
    "DAT009": NoChange("the shares of the outcomes are how the world is; there are no other rows to compare"),
    "DAT010": NoChange("rows that are not there cannot be compared"),
    "DAT011": NoChange("rows of months that are not there cannot be compared"),
    "DAT021": NoChange("which of the near copies are one thing, only a person can say"),
    "DAT022": NoChange("personal data is a matter of people's rights, not of quality"),
    "DAT023": NoChange("personal data is a matter of people's rights, not of quality"),
    "DAT030": NoChange("so few rows of a group cannot be held back and scored"),
    "DAT031": NoChange("the people who are not in the table have no outcome to score"),
    "DAT032": NoChange("which labels are wrong, only a person can say"),
}
"""Checks with nothing to compare, and why."""
