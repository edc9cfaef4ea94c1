"""From sources to sealed, typed and divided rows, each kept as a content-addressed snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec
import polars as pl

from airworthy.data import (
    assemble,
    learn_contract,
    logical_digest,
    seal,
    split_development,
    take_snapshot,
)
from airworthy.data.assembly import Assembled
from airworthy.data.linkage.joining import answers_digests
from airworthy.data.local_files import bytes_digest
from airworthy.data.repair import Recipe
from airworthy.data.sealing import Seal
from airworthy.data.snapshot import Snapshot, keep_frame
from airworthy.data.tables_kept import Tables, lineage_of
from airworthy.kernel.digest import digest_json
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.altered import with_altered
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.repairs import fit_repairs, recipe_of, rekeyed
from airworthy.lifecycle.stages import Run
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Step


@dataclass(frozen=True)
class Prepared:
    """The rows of one run. The sealed rows are named by digest only: nothing here can read them.

    Attributes
    ----------
    train, validation
        One division of the development rows, by which repairs are learned and measured.
    learn
        Which development rows the repairs leave for a model to learn from.
    suspects
        Columns that may give the outcome away, with the checks that say so; they are no inputs.
    """

    document: Mapping[str, Any]
    contract: Contract
    development: pl.DataFrame
    train: pl.DataFrame
    validation: pl.DataFrame
    learn: pl.Series
    recipe: Recipe
    steps: tuple[Step, ...]
    suspects: Mapping[str, str] = field(default_factory=dict)


def prepare(run: Run) -> Prepared:
    """Read, join, snapshot, seal, and divide the development rows."""
    context = run.context
    recipe = recipe_of(context)
    answers = [[step.id, str(step.state), step.by] for step in recipe.steps]
    inputs = {
        "charter": context.charter.digest,
        "recipe": recipe.digest,
        "answers": digest_json(answers),
        **source_digests(context),
    }
    with context.progress.stage("Read, join and seal"):
        document = run.stage(
            "prepare", inputs, lambda: _prepare(run, recipe, inputs), usable=_all_stored(context)
        )
    record_rows(context, document)
    document = with_altered(context, document)
    return Prepared(
        document=document,
        contract=msgspec.convert(document["contract"], Contract),
        development=pl.read_parquet(context.frame_path(document["development"])),
        train=pl.read_parquet(context.frame_path(document["train"])),
        validation=pl.read_parquet(context.frame_path(document["validation"])),
        learn=pl.read_parquet(context.frame_path(document["learn"]))["learn"],
        recipe=recipe,
        steps=msgspec.convert(document["steps"], tuple[Step, ...]),
    )


def record_rows(context: Context, document: Mapping[str, Any]) -> None:
    """Tell the registry of the rows that were read, and of those that were sealed."""
    registry = context.registry
    dataset = document["dataset"]
    registry.record_snapshot(
        dataset["digest"],
        document["snapshot"],
        rows=dataset["rows"],
        columns=dataset["columns"],
        sources=lineage_of(dataset),
    )
    registry.set_seal(
        dataset["seal_digest"],
        dataset["digest"],
        development_rows=dataset["development_rows"],
        sealed_rows=dataset["sealed_rows"],
        method=dataset["split"],
        blob=document["sealed"],
    )


PLACE = "__place__"
FRAMES = ("snapshot", "development", "sealed", "train", "train_before", "validation", "learn")


def _all_stored(context: Context) -> Callable[[Mapping[str, Any]], bool]:
    return lambda document: all(context.holds_frame(digest) for digest in stored_frames(document, FRAMES))


def stored_frames(document: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Digests of the frames that a stage kept: those of these names, and each source as it was read."""
    yield from (document[name] for name in names)
    yield from (source["table"] for source in document["dataset"]["sources"])


def assemble_keyed(context: Context, tables: Tables, digests: Mapping[str, str]) -> Assembled:
    """The rows of the sources by whose bytes a stage is keyed.

    Raises `InputError` where one was written, or fetched anew, between its digest and its reading: the stage
    would be kept under the key of other rows.
    """
    assembled = assemble(context.charter, context.progress, tables.keep)
    for source in assembled.sources:
        if source.sha256 != digests[source.name]:
            raise InputError(
                f"The source {source.name} changed while it was read.",
                value=source.path,
                remedy="Run it again when nobody writes to it or fetches it.",
            )
    return assembled


def _prepare(run: Run, recipe: Recipe, digests: Mapping[str, str]) -> Mapping[str, Any]:
    context, charter = run.context, run.context.charter
    tables = Tables(context.registry.blobs)
    assembled = assemble_keyed(context, tables, digests)
    snapshot = take_snapshot(assembled.frame, context.registry.blobs)
    sealed = seal(rekeyed(assembled.frame, recipe, charter), charter, assembled.types)
    contract = learn_contract(sealed.development, charter, assembled.types)
    split = split_development(sealed.development, charter, contract)
    repairs = fit_repairs(recipe, split.train, charter, contract)
    train = repairs.fitted.keep(split.train)
    places = repairs.fitted.keep(sealed.development.with_row_index(PLACE))[PLACE]
    learn = pl.DataFrame(
        {"learn": pl.int_range(sealed.development.height, eager=True).is_in(places.implode())}
    )
    keep = {
        name: keep_frame(frame, context.registry.blobs)
        for name, frame in (
            ("development", sealed.development),
            ("sealed", sealed.sealed),
            ("train", train),
            ("train_before", split.train),
            ("validation", split.validation),
            ("learn", learn),
        )
    }
    return {
        **keep,
        "snapshot": snapshot.blob,
        "contract": msgspec.to_builtins(repairs.fitted.contract),
        "contract_before": msgspec.to_builtins(contract),
        "steps": msgspec.to_builtins(repairs.fitted.scoring),
        "repairs": repairs.as_json(),
        "dataset": dataset_section(assembled, snapshot, sealed, tables),
    }


def dataset_section(assembled: Assembled, snapshot: Snapshot, sealed: Seal, tables: Tables) -> dict[str, Any]:
    """The evidence's section on the rows: how many, from where, and which are sealed."""
    return {
        "rows": snapshot.rows,
        "columns": snapshot.columns,
        "digest": snapshot.digest,
        "sources": tables.told(assembled.sources),
        "joins": [asdict(join) for join in assembled.joins],
        "features": [asdict(found) for found in assembled.features],
        "development_rows": sealed.development.height,
        "sealed_rows": sealed.sealed.height,
        "seal_digest": logical_digest(sealed.sealed),
        "split": sealed.note,
        "without_outcome": assembled.without_outcome,
    }


def source_digests(context: Context) -> dict[str, str]:
    """Digest of each source's bytes, and of what people said of uncertain links."""
    charter = context.charter
    sources = {source.name: bytes_digest(source, charter) for source in charter.sources}
    return {**sources, **answers_digests(charter)}
