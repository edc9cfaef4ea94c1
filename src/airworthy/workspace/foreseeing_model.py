"""`aw.foresee(…, model=…)`: the rows of a model that is there already, in its own kind of table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.canonical import store
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.answer import Foreseen
from airworthy.lifecycle.outlook.coming import PART
from airworthy.lifecycle.outlook.of_model import LEARNED, Asked, expect_of_model, expect_of_model_elsewhere
from airworthy.scoring.contract import LogicalType


@dataclass(frozen=True, eq=False)
class Held:
    """A model with rows; `besides` are columns that are no inputs unless the model names them."""

    model: object
    frame: object
    target: str
    positive: str | None
    besides: tuple[str, ...]

    def foreseen(
        self,
        order: NDArray[np.float64] | None,
        site: str | None,
        coming: object | None,
        labelled: object | None,
        seed: int,
        lacking: tuple[str, ...],
    ) -> Foreseen:
        """What to expect of the model next and elsewhere; `InputError` where rows show too little."""
        import narwhals as nw  # frames of the caller's own kind are cut with it

        given: Any = pl.DataFrame(self.frame) if isinstance(self.frame, dict) else self.frame
        frame = nw.from_native(given, eager_only=True)
        known = ~frame[self.target].is_null()
        rows = frame.filter(known)
        asked = Asked.of(self.model, self._inputs(rows), _outcomes(rows[self.target]), self.positive)
        places = np.flatnonzero(np.asarray(known.to_list(), bool))
        ahead = None if coming is None else self._ahead(asked, coming)
        seen = None if labelled is None else self._seen(asked, labelled)
        period = None if order is None else expect_of_model(asked, order[places], ahead, seen, seed)
        elsewhere = None
        if site is not None:
            names = [None if v is None or v != v else str(v) for v in rows[site].to_list()]
            elsewhere = expect_of_model_elsewhere(asked, site, names)
        if period is None and elsewhere is None:
            raise InputError(
                f"{len(rows):,} rows with outcomes show too few periods or sites.",
                value=len(rows),
                remedy="It takes 500 rows in order, or two sites with 50 rows each; outcomes of every class.",
            )
        return Foreseen(period, () if elsewhere is None else (elsewhere,), (LEARNED, *lacking))

    def order(self, plain: pl.DataFrame, time: str | None, order: str | None) -> NDArray[np.float64] | None:
        """What puts the rows of the frame in order (n,): seconds, or ranks of a column that only orders."""
        if order is not None:
            return plain[order].rank("dense").cast(pl.Float64).fill_null(float("nan")).to_numpy()
        if time is None:
            return None
        moments = store(plain[time], LogicalType.INSTANT).values
        return moments.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e6

    def _inputs(self, frame: Any) -> Any:
        """The columns that the model names, else all but the outcome and those that are told apart."""
        named = _named(self.model)
        if named and set(named) <= set(frame.columns):
            return frame.select(*named).to_native()
        left_out = {self.target, *self.besides}
        return frame.select(*(name for name in frame.columns if name not in left_out)).to_native()

    def _ahead(self, asked: Asked, coming: object) -> NDArray[np.float64]:
        import narwhals as nw  # as above

        return asked.of_rows(self.model, self._inputs(nw.from_native(coming, eager_only=True)))

    def _seen(self, asked: Asked, labelled: Any) -> tuple[NDArray[Any], NDArray[np.float64]]:
        import narwhals as nw  # as above

        frame = nw.from_native(labelled, eager_only=True)
        if PART in frame.columns:
            raise InputError(
                "These labelled rows were drawn in parts for a forecast without model=.",
                value=PART,
                remedy=f"Draw rows at random, or, if they were, leave out the column {PART}.",
            )
        rows = frame.filter(~frame[self.target].is_null())
        return _outcomes(rows[self.target]), asked.of_rows(self.model, self._inputs(rows))


def _named(model: object) -> tuple[str, ...]:
    """Columns that the model says it reads."""
    for name in ("feature_names_in_", "inputs"):
        found = getattr(model, name, None)
        if isinstance(found, tuple | list | np.ndarray) and all(isinstance(one, str) for one in found):
            return tuple(map(str, found))
    inputs = getattr(getattr(model, "contract", None), "inputs", ())
    return tuple(column.name for column in inputs)


def _outcomes(series: Any) -> NDArray[Any]:
    return np.asarray(series.to_list())
