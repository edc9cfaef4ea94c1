"""`airworthy check https://… rows.csv`: a model behind an address, named by the user, on labelled rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from airworthy.adapters.remote import BATCH, TIMEOUT, RemoteModel, remote
from airworthy.charter.problems import listed
from airworthy.kernel.errors import InputError

ALL = "*"


@dataclass(frozen=True)
class Reach:
    """How a model behind an address is asked, as said on the command line; see `adapters.remote.remote`."""

    format: str | None = None
    inputs: tuple[str, ...] = ()
    answer: str | None = None
    header_from: Mapping[str, str] = field(default_factory=dict)
    timeout: float = TIMEOUT
    batch: int = BATCH


def is_address(named: str) -> bool:
    """Whether a model is named by an address rather than by a path."""
    return "://" in named


def reached(
    url: str, table: pl.DataFrame, besides: tuple[str, ...], reach: Reach, tell: Callable[[str], None]
) -> tuple[RemoteModel, pl.DataFrame]:
    """The model behind `url`, and the columns of `table` that it will be sent, which `tell` is told.

    Parameters
    ----------
    besides : the outcome, and what else is never an input of its own accord.

    Raises `InputError` where neither the server nor the user names the columns that are sent.
    """
    everything = reach.inputs == (ALL,)
    model = remote(
        url,
        format=reach.format,
        inputs=() if everything else reach.inputs,
        answer=reach.answer,
        header_from=reach.header_from,
        timeout=reach.timeout,
        batch=reach.batch,
    )
    if not model.inputs and not everything:
        raise InputError(
            f"{model.place} does not say which columns it reads, and no other column may leave this machine.",
            value=model.place,
            remedy=f"Name them: --input {table.columns[0]} --input …, or all but the outcome: --input '*'",
        )
    sent = table.drop(besides) if everything else model.narrowed(table)
    columns = "column" if sent.width == 1 else "columns"
    tell(
        f"Sending {sent.height:,} rows of {sent.width} {columns} ({listed(sent.columns)}) to {model.place} "
        f"({model.kind}), then some of them again with changes."
    )
    return model, sent
