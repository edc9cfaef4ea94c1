"""`aw.explain`: why a model decides so, on rows that somebody holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from numpy.typing import ArrayLike

from airworthy.assurance.explain.asked_rows import AskedRows, Words
from airworthy.assurance.explain.by_captum import by_captum
from airworthy.assurance.explain.by_lime import by_lime
from airworthy.assurance.explain.by_shap import by_shap
from airworthy.assurance.explain.charts import shape_chart, size_chart
from airworthy.assurance.explain.contributions import Contributions, sampled_only
from airworthy.assurance.explain.measure import Explain, Wanted, by_the_model, picture_of
from airworthy.assurance.explain.picture import Picture
from airworthy.assurance.explain.picture_words import picture_lines
from airworthy.assurance.explain.row import RowReasons, position, row_reasons
from airworthy.assurance.explain.row_words import sentences
from airworthy.assurance.given import facts_for
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.probes import Importance, importance
from airworthy.charter.model import Task
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Chart
from airworthy.scoring.contract import Column, LogicalType
from airworthy.workspace.explaining_rows import Held, Said, held_rows

METHODS = ("auto", "exact", "sampled", "shap", "lime", "captum")
EXTRA_ROWS = 200
"""Rows that the explainers of other libraries are given: each asks the model hundreds of rows for one."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a model decides so: `print` it, look at one row with `row`, or write a page with `to_html`."""

    picture: Picture
    asked: AskedRows = field(repr=False)

    def row(self, index: int, *, of: str | None = None) -> RowExplanation:
        """Why the row at `index` (from 0) is scored as it is; `of` names another class."""
        return RowExplanation(row_reasons(self.asked, index, of=of, cautions=self.picture.cautions), index)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Vega-Lite: sizes of the columns first, then the shapes."""
        return charts_of(self.picture)

    def as_json(self) -> dict[str, object]:
        return picture_document(self.picture)

    def __str__(self) -> str:
        return "\n".join(picture_lines(self.picture))

    def _repr_html_(self) -> str:
        from airworthy.registry.dossier.explaining import explanation_html  # drawn only where it is shown

        return explanation_html(self.picture)

    def to_html(self, path: str | Path, name: str = "A model") -> Path:
        """Write one self-contained page; its path."""
        return write_page(self.picture, Path(path), name)


def charts_of(picture: Picture) -> tuple[Chart, ...]:
    """Vega-Lite: sizes of the columns first, then the shapes."""
    return (size_chart(picture), *map(shape_chart, picture.shapes))


def picture_document(picture: Picture) -> dict[str, object]:
    """The picture with its charts, as `--json` prints it."""
    return {**asdict(picture), "charts": list(charts_of(picture))}


def write_page(picture: Picture, page: Path, name: str) -> Path:
    """One self-contained page; its path."""
    from airworthy.registry.dossier.explaining import explanation_page  # drawn only where it is written

    page.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(page, explanation_page(picture, name))
    return page


@dataclass(frozen=True)
class RowExplanation:
    """Why one row is scored as it is, in sentences, and as numbers in `reasons`."""

    reasons: RowReasons
    index: int

    def as_json(self) -> dict[str, object]:
        return {"row": self.index, **asdict(self.reasons), "sentences": sentences(self.reasons)}

    def __str__(self) -> str:
        return "\n".join(sentences(self.reasons))


def explain(
    model: object,
    X: object,
    y: ArrayLike | None = None,
    *,
    protected: Sequence[str] = (),
    background: object | None = None,
    method: str = "auto",
    of: str | None = None,
    task: Task | str | None = None,
    positive: str | None = None,
    entity: Sequence[object] | ArrayLike | None = None,
    glossary: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Explanation:
    """Why a model decides so: what it looks at, in which shape, and what counts only together.

    Parameters
    ----------
    model : what `aw.train` gave, anything with `predict_proba` or `predict`, a function of rows, what
        `aw.remote` gave, or a torch module.
    X : n rows in the form that the model takes.
    y : (n,) outcomes, where they are known: shuffling a column then tells how much the loss rises.
    protected : columns that are marked where the model reads them.
    background : rows that stand for "not known", and say which values have been seen; a sample of `X` else.
    method : "auto" (exactly where the model tells, else sampled), "exact" (refused where it does not),
        "sampled", "shap", "lime" (extra explain) or "captum" (extra deep).
    of : the class to explain; the event of two, of several the one that is decided most often.
    entity : (n,) who or what repeats: intervals count each once.
    glossary, units : what a person calls a column, and what it is measured in.

    Raises
    ------
    InputError : rows, outcomes, class or method that cannot be used. MissingExtra : the method's package.
    """
    words = None if glossary is None and units is None else Words(glossary or {}, units or {})
    held = held_rows(model, X, y, Said(task, positive, background, words, "", entity, seed))
    return explain_held(held, protected=protected, method=method, of=of, progress=progress)


def explain_held(
    held: Held,
    *,
    protected: Sequence[str] = (),
    method: str = "auto",
    of: str | None = None,
    cautions: Sequence[str] = (),
    progress: Progress | None = None,
) -> Explanation:
    """As `explain`, of rows that are held already."""
    if method not in METHODS:
        raise InputError(
            f"method={method!r} is not known.", value=method, remedy=f"Write one of: {', '.join(METHODS)}."
        )
    with (progress or QuietProgress()).stage("Explain", total=3) as stage:
        stage.advance(1, "shuffling columns" if held.outcomes is not None else "reading the model")
        rises = None if held.outcomes is None else shuffled(held)
        stage.advance(1, "contributions, shapes and pairs")
        picture = picture_of(
            held.asked,
            output=_class(held, of),
            rises=rises,
            protected=protected,
            explain=_way(method),
            wanted=Wanted() if method in ("auto", "exact", "sampled") else Wanted(rows=EXTRA_ROWS),
            cautions=cautions,
        )
        stage.advance(1, "done")
    return Explanation(picture, held.asked)


def _class(held: Held, of: str | None) -> int | None:
    return position(of, held.classes)


def _way(method: str) -> Explain:
    ways: dict[str, Explain] = {
        "auto": by_the_model,
        "exact": _exactly,
        "sampled": _by_sampling,
        "shap": by_shap,
        "lime": by_lime,
        "captum": by_captum,
    }
    return ways[method]


def _exactly(asked: AskedRows, output: int | None) -> Contributions:
    found = by_the_model(asked, output)
    if not found.exact:
        raise InputError(
            "This model does not tell its contributions, so they can only be sampled.",
            value=found.method,
            remedy='Use method="auto", which samples them and gives each a standard error.',
        )
    return found


def _by_sampling(asked: AskedRows, output: int | None) -> Contributions:
    return sampled_only(
        asked.scorer, asked.columns, background=asked.background, seed=asked.seed, output=output
    )


def shuffled(held: Held) -> Importance | None:
    """Permutation importance of the columns on the rows with their outcomes."""
    asked, outcomes = held.asked, held.outcomes
    assert outcomes is not None  # asked for only where they are known
    scores = asked.scorer.score_columns(asked.columns)
    if scores.probability is None and scores.prediction is None:
        return None  # labels alone: a decision's loss moves in steps, which say little of one column
    predictions = Predictions.of(
        held.task,
        outcomes,
        classes=held.classes,
        probability=scores.probability,
        prediction=scores.prediction,
        columns=asked.columns,
        entity=asked.clusters,
    )
    columns = tuple(Column(name=name, type=asked.types.get(name, LogicalType.REAL)) for name in asked.columns)
    return importance(facts_for(predictions, scorer=asked.scorer, seed=asked.seed), columns)


__all__ = ["METHODS", "Explanation", "RowExplanation", "explain", "shuffled"]
