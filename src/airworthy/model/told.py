"""What deciding needs of each row besides its inputs: when, at which costs, and what is done today."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.deciding import Present, parse_present
from airworthy.charter.groups import protected_columns
from airworthy.charter.model import Charter, Costs, Task
from airworthy.charter.scope import Scope
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import Columns, FloatArray, is_numeric
from airworthy.scoring.contract import Contract
from airworthy.scoring.costs import RowCosts, amount_steps
from airworthy.scoring.repaired import repaired_contract
from airworthy.scoring.spec import ErrorCost, LeastCost, Step

TIME, AT, ALARM, MISS, PRESENT = "__time__", "__at__", "__alarm__", "__miss__", "__present__"
ERRORS = ("false_positive", "false_negative")
YES = frozenset({"true", "yes", "y", "1", "positive"})
NO = frozenset({"false", "no", "n", "0", "negative", ""})
SIGNS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "==": operator.eq}


@dataclass(frozen=True, eq=False)
class Told:
    """Of n rows, None where the charter does not ask for it.

    Attributes
    ----------
    at
        When each row was decided, epoch seconds, shape (n,).
    costs
        What a false alarm and a miss cost in each row, shape (n, 2).
    present
        Whether today's rule decides positive, shape (n,).
    protected
        The columns whose groups are compared, as they came, by name; none where none was declared.
    """

    at: FloatArray | None = None
    costs: FloatArray | None = None
    present: npt.NDArray[np.bool_] | None = None
    protected: Columns = field(default_factory=dict)

    def take(self, places: npt.NDArray[np.intp]) -> Told:
        """Of the rows at `places`."""
        at, costs, present = self.at, self.costs, self.present
        return Told(
            None if at is None else at[places],
            None if costs is None else costs[places],
            None if present is None else present[places],
            taken(self.protected, places),
        )


def taken(columns: Columns, places: npt.NDArray[np.intp]) -> dict[str, FloatArray | list[str | None]]:
    """The rows at `places` of canonical columns."""
    return dict(View(columns, places))


class View(Mapping[str, FloatArray | list[str | None]]):
    """The rows at `places` of canonical columns, each taken when it is asked for and kept by nobody."""

    def __init__(self, columns: Columns, places: npt.NDArray[np.intp]) -> None:
        self._columns, self._places = columns, places

    def __getitem__(self, name: str) -> FloatArray | list[str | None]:
        values = self._columns[name]
        return values[self._places] if isinstance(values, np.ndarray) else [values[i] for i in self._places]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def told_of(frame: pl.DataFrame, contract: Contract, protected: Sequence[str] = ()) -> Told:
    """What `told_columns` and `protected_names` laid beside the rows."""

    def numbers(name: str) -> FloatArray | None:
        return frame[name].to_numpy().astype(np.float64) if name in frame.columns else None

    alarm, miss, present = numbers(ALARM), numbers(MISS), numbers(PRESENT)
    costs = None if alarm is None or miss is None else np.column_stack([alarm, miss])
    groups = columns_for_scoring(frame, contract, names=protected)
    return Told(numbers(AT), costs, None if present is None else present == 1.0, groups)


def protected_names(contract: Contract, charter: Charter) -> tuple[str, ...]:
    """The columns whose groups the charter wants compared, in the contract's order."""
    return tuple(column.name for column in protected_columns(Scope(charter, contract)))


def told_columns(
    frame: pl.DataFrame, contract: Contract, steps: tuple[Step, ...], charter: Charter
) -> list[pl.Series]:
    """The columns that `told_of` reads, of canonical rows; none where the charter asks for none.

    Raises `InputError` when an amount is missing, negative or no number, or today's decision cannot be read.
    """
    made: list[pl.Series] = []
    rules = charter.decision
    if rules.per is not None and TIME in frame.columns:
        seconds = frame[TIME].dt.epoch("us").cast(pl.Float64) / 1e6
        made.append(seconds.alias(AT))
    if any(getattr(charter.costs, f"{name}_column") for name in ERRORS):
        costs = row_costs(frame, contract, steps, charter.costs)
        made += [pl.Series(ALARM, costs[:, 0]), pl.Series(MISS, costs[:, 1])]
    if rules.present is not None and charter.task is Task.BINARY:
        today = decided_today(frame, parse_present(rules.present), contract.classes)
        made.append(pl.Series(PRESENT, today.astype(np.float64)))
    return made


def row_costs(frame: pl.DataFrame, contract: Contract, steps: tuple[Step, ...], costs: Costs) -> FloatArray:
    """What a false alarm and a miss cost in each row (n, 2), every amount there and none negative."""
    alarm, miss = (error_cost(costs, name) for name in ERRORS)
    for name in dict.fromkeys(cost.column for cost in (alarm, miss) if cost.column is not None):
        _require_numbers(name, contract, steps)
    of_row = RowCosts(LeastCost(alarm=alarm, miss=miss), contract, steps)
    columns = columns_for_scoring(frame, contract, names=of_row.names)
    for name, values in of_row.amounts(columns).items():
        _require_known(name, values)
    return np.array(of_row.batch(columns, frame.height), dtype=np.float64).reshape(frame.height, 2)


def error_cost(costs: Costs, name: str) -> ErrorCost:
    """One error's declared cost, `name` being false_positive or false_negative."""
    fixed, column = getattr(costs, name), getattr(costs, f"{name}_column")
    middle = fixed.middle if fixed is not None else 0.0
    if column is None:
        return ErrorCost(fixed=middle)
    share, missing = getattr(costs, f"{name}_share"), getattr(costs, f"{name}_missing")
    return ErrorCost(fixed=middle, column=column, share=share, missing=missing or 0.0)


def decided_today(frame: pl.DataFrame, rule: Present, classes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Whether today's rule decides each row positive (n,); a missing value is not."""
    values = frame[rule.column]
    if rule.sign:
        if not (values.dtype.is_numeric() or values.dtype == pl.Boolean):
            raise InputError(
                f'decision.present compares "{rule.column}" with {rule.bound:g}, and it holds no numbers.',
                value=rule.column,
                remedy='Name a column of numbers, or write present = "column" where it holds the decision.',
            )
        numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return np.asarray(SIGNS[rule.sign](numbers, rule.bound), dtype=bool)
    texts = values.cast(pl.Float64).cast(pl.Int64, strict=False) if values.dtype.is_numeric() else values
    words = texts.cast(pl.String).fill_null("")
    meaning = {word: _means(word, classes) for word in words.unique().sort().to_list()}
    if unknown := [word for word, found in meaning.items() if found is None]:
        raise InputError(
            f'decision.present: "{unknown[0]}" in the column "{rule.column}" is no decision.',
            value=unknown[0],
            remedy=f"It may hold {' and '.join(classes)}, true and false, yes and no, or 1 and 0.",
        )
    return np.array([bool(meaning[word]) for word in words.to_list()], dtype=bool)


def _means(word: str, classes: tuple[str, ...]) -> bool | None:
    if word in classes:
        return word == classes[1]
    folded = word.strip().lower()
    return True if folded in YES else False if folded in NO else None


def _require_numbers(name: str, contract: Contract, steps: tuple[Step, ...]) -> None:
    if name not in contract:
        raise InputError(
            f'The rows have no column "{name}", whose amount an error is to cost.',
            value=name,
            remedy="Name a column of the joined table under [costs].",
        )
    column = repaired_contract(contract, amount_steps(steps, [name]))[name]
    if not is_numeric(column) or not column.type.numeric:
        raise InputError(
            f'The amounts in "{name}" are not numbers: the column was read as {column.type.value}.',
            value=column.type.value,
            remedy=f'Say so under [data], types = {{ {name} = "money" }}, or repair it: airworthy repair',
        )


def _require_known(name: str, amounts: FloatArray) -> None:
    for wrong, what in ((np.isnan(amounts), "no amount"), (amounts < 0, "a negative amount")):
        count = int(wrong.sum())
        if not count:
            continue
        first = int(np.flatnonzero(wrong)[0])
        rows = f"{count:,} of {len(amounts):,} rows {'has' if count == 1 else 'have'}"
        raise InputError(
            f'{rows} {what} in "{name}", so what an error costs there is unknown (the first is row '
            f"{first + 1} of those that learn or validate).",
            value=None if what == "no amount" else float(amounts[first]),
            remedy="Give the amounts at their source, leave such rows out of the table, or declare a fixed "
            "cost without the column. Neither what is assumed at serving nor a fill for the model stands in.",
        )
