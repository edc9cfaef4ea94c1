"""`aw.foresee`: the quality to expect of a model of a table, next and elsewhere, before any is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from airworthy.charter.model import Charter, OutlookRules
from airworthy.charter.problems import did_you_mean
from airworthy.data.bare import scope_of_plain
from airworthy.data.contract import learn_contract
from airworthy.data.frame import from_any
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME, infer_types
from airworthy.guarding import figures
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.units import Money
from airworthy.lifecycle.outlook.answer import Foreseen
from airworthy.lifecycle.outlook.backtest import FEWEST_ROWS, PERIODS, expect_next
from airworthy.lifecycle.outlook.coming import upcoming_of
from airworthy.lifecycle.outlook.lacking import lacking
from airworthy.lifecycle.outlook.rows import Upcoming
from airworthy.lifecycle.outlook.sites import FEWEST_AT_SITE, MOST_SITES, expect_at_each
from airworthy.scoring.contract import Contract
from airworthy.workspace.foreseeing_model import Held
from airworthy.workspace.training import ordered


def foresee(
    frame: object,
    target: str,
    *,
    time: str | None = None,
    order: str | None = None,
    site: str | None = None,
    regimes: Mapping[str, date] | None = None,
    coming: object | None = None,
    labelled: object | None = None,
    label_cost: str | None = None,
    exclude: Sequence[str] = (),
    model: object | None = None,
    positive: str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Foreseen:
    """The quality to expect in the next period, or at a further site, with its 90 % interval.

    A small fixed model stands in for the one to be trained, unless `model` is given: AUC of two classes, log
    loss of more, RMSE of a number. `print` says it in words, and first what the rows do not show.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame; rows without an outcome are left out.
    time : column that dates the rows: 12 past periods are forecast, each from the rows before it.
    order : the same for a column that only orders the rows; it is no input.
    site : column that names where a row comes from (hospital, shop): each is left out once. It is no input.
    regimes : what changed in how rows come about, and the first day of each change; it needs `time`.
    coming : rows of the next period; how sure the model is of them counts as far as it told of past ones.
    labelled : some of them with their outcome, as `to_label` of an answer draws them, or drawn evenly.
    label_cost : what one such outcome costs to look up, such as "0.40 EUR".
    exclude : columns that are not used.
    model : one that is there already, which has not learned from these rows: anything that `aw.check` takes.
        It is given the columns that it names, else all but the outcome and the columns above.
    positive : the event, where the model's classes and the outcomes do not tell it.

    Raises
    ------
    InputError : neither time, order nor site is given, or the rows show too little of it.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"at": range(900), "x": [0.0, 1.0, 0.5] * 300, "y": ["no", "yes", "yes"] * 300})
    >>> foresee(rows, "y", order="at").high
    1.0
    """
    plain = from_any(frame)
    _refuse(plain, time, order, site, regimes)
    hidden = (*exclude, *([site] if site else []))
    charter, known = _known(plain, target, time, order, hidden)
    charter = replace(charter, seed=seed, outlook=_rules(site, regimes, label_cost))
    contract = learn_contract(known, charter, infer_types(plain))
    later = _upcoming(coming, labelled, charter, contract)
    if model is None:
        return _of_stand_in(known, charter, contract, later, bool(time or order), progress or QuietProgress())
    held = Held(model, frame, target, positive, tuple(n for n in (time, order, *hidden) if n))
    rows_lack = lacking(known, charter, contract, later)
    return held.foreseen(held.order(plain, time, order), site, coming, labelled, seed, rows_lack)


def _rules(site: str | None, regimes: Mapping[str, date] | None, label_cost: str | None) -> OutlookRules:
    cost = None if label_cost is None else money_of_call("label_cost", label_cost)
    return OutlookRules((site,) if site else (), regimes or {}, cost)


def _known(
    plain: pl.DataFrame, target: str, time: str | None, order: str | None, hidden: Sequence[str]
) -> tuple[Charter, pl.DataFrame]:
    """The smallest charter of the table, and its rows with outcomes. `InputError` where some have no time."""
    scope, table = scope_of_plain(plain, target, time)
    known = table.filter(pl.col(RESERVED_TARGET).is_not_null())
    if time is not None and (undated := known[RESERVED_TIME].null_count()):
        raise InputError(
            f'{undated:,} of {known.height:,} rows have no date in "{time}", so nobody knows their place.',
            value=undated,
            remedy="Write dates as 2024-12-31 or 2024-12-31T09:00:00, or leave these rows out.",
        )
    return ordered(scope.charter, time, order, hidden), known


def _of_stand_in(
    known: pl.DataFrame,
    charter: Charter,
    contract: Contract,
    later: Upcoming | None,
    in_order: bool,
    progress: Progress,
) -> Foreseen:
    """What a small model that is trained on the rows before each period, and on the other sites, reaches."""
    period = None
    if in_order:
        with progress.stage("Backtest past periods", total=PERIODS) as stage:
            period = expect_next(known, charter, contract, lambda: stage.advance(1), coming=later)
    with progress.stage("Leave out one site after the other", total=MOST_SITES) as stage:
        elsewhere = expect_at_each(known, charter, contract, lambda: stage.advance(1))
    if period is None and not elsewhere:
        raise _too_little(known, charter, next(iter(charter.outlook.sites), None))
    return Foreseen(period, elsewhere, lacking(known, charter, contract, later))


def _refuse(
    plain: pl.DataFrame,
    time: str | None,
    order: str | None,
    site: str | None,
    regimes: Mapping[str, date] | None,
) -> None:
    """Raise `InputError` where nothing tells the rows apart, or a named column is not there."""
    if time is None and order is None and site is None:
        raise InputError(
            "Rows in no order and of no site say nothing about the next ones but what a random split says.",
            value="",
            remedy="Give time, order or site: a column of the table.",
        )
    if regimes and time is None:
        raise InputError(
            "Regimes have dates, and no column dates the rows.",
            value=next(iter(regimes)),
            remedy="Give time: the column of dates.",
        )
    for name, what in ((order, "order"), (site, "site")):
        if name is not None and name not in plain.columns:
            raise InputError(
                f'The {what} "{name}" is not a column of the table.',
                value=name,
                remedy=did_you_mean(name, plain.columns, f"It has: {', '.join(plain.columns[:10])}."),
            )


def _upcoming(
    coming: object | None, labelled: object | None, charter: Charter, contract: Contract
) -> Upcoming | None:
    if coming is None and labelled is not None:
        raise InputError(
            "Labelled rows without the coming rows that they were drawn from say too little.",
            value="labelled",
            remedy="Give both.",
        )
    if coming is None:
        return None
    names = [column.name for column in contract.inputs]
    known = None if labelled is None else from_any(labelled)
    return upcoming_of(from_any(coming), known, names, charter, contract)


def _too_little(known: pl.DataFrame, charter: Charter, site: str | None) -> InputError:
    if site is not None:
        return InputError(
            f'Fewer than two sites of "{site}" can be measured.',
            value=site,
            remedy=f"It takes two with {FEWEST_AT_SITE} rows each and outcomes of every class.",
        )
    return InputError(
        f"{len(known):,} rows with outcomes show too few past periods.",
        value=len(known),
        remedy=f"It takes {FEWEST_ROWS} rows in order, with outcomes of every class in most of 13 parts.",
    )


def money_of_call(option: str, text: str) -> Money:
    """What was written as money, with its currency. Raises `InputError`.

    >>> str(money_of_call("label_cost", "0.4 EUR"))
    '0.40 EUR'
    """
    amount, currency = figures.money(option, text)
    if currency is None:
        raise InputError(
            f"{option} {text} names no currency.",
            value=text,
            remedy=f'Write it, for example "{text} EUR".',
        )
    return Money(amount, currency)
