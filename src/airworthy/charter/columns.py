"""The second look at a charter, once the tables are open: does every column that it names exist?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from airworthy.charter.deciding import decided_by
from airworthy.charter.feature_rules import check_feature_columns
from airworthy.charter.linking import PROBABILITY, Link
from airworthy.charter.locate import Path, locate_keys
from airworthy.charter.model import ROW_ORDER, Charter, Join
from airworthy.charter.problems import Problems, did_you_mean, dotted, listed


def check_columns(charter: Charter, columns: Mapping[str, Sequence[str]]) -> None:
    """Check every column name in the charter against the real tables.

    Parameters
    ----------
    charter : the parsed charter.
    columns : column names by source name; sources that are absent here are not looked into.

    Raises
    ------
    CharterError
        A named column is in no table where it could be; all of them at once, with lines and "did you mean".
    """
    problems = Problems(charter.path.name, _lines(charter))
    joined = _main_columns(charter, columns)
    for index, join in enumerate(charter.joins):
        joined = _join_columns(join, ("joins", index), joined, columns, problems)
    check_feature_columns(charter, joined, columns, problems)
    joined = [*joined, *(one.name for one in charter.features.definitions)] if charter.features else joined
    for index, source in enumerate(charter.sources):
        if source.event_time is not None and source.name in columns:
            _expect(
                source.event_time,
                ("sources", index, "event_time"),
                columns[source.name],
                f'source "{source.name}"',
                problems,
            )
    complete = all(source.name in columns for source in charter.sources)
    if complete:
        for name, at in _named(charter):
            _expect(name, at, joined, "the joined table", problems)
    problems.raise_if_any()


def _lines(charter: Charter) -> dict[Path, int]:
    """Lines of the file as it is now; without the file, errors carry no line."""
    try:
        return locate_keys(charter.path.read_text("utf-8-sig"))
    except OSError:
        return {}


def _main_columns(charter: Charter, columns: Mapping[str, Sequence[str]]) -> list[str]:
    return list(columns.get(charter.sources[0].name, ()))


def _join_columns(
    join: Join,
    at: Path,
    rows: list[str],
    columns: Mapping[str, Sequence[str]],
    problems: Problems,
) -> list[str]:
    """The columns after this join."""
    if join.source not in columns:
        return rows
    there = columns[join.source]
    for left, right in join.on:
        where = (*at, "on", left)
        _expect(left, where, rows, "the rows so far", problems)
        _expect(right, where, there, f'source "{join.source}"', problems)
    if join.rule_time is not None:
        _expect(join.rule_time, (*at, "rule_time"), rows, "the rows so far", problems)
    for index, name in enumerate(join.columns):
        _expect(name, (*at, "columns", index), there, f'source "{join.source}"', problems)
    brought = [*(join.columns or [name for name in there if name not in {right for _, right in join.on}])]
    if join.link is not None:
        _link_columns(join, join.link, (*at, "link"), rows, there, problems)
        brought += [PROBABILITY] if join.link.probability else []
    return [*rows, *(join.prefix + name for name in brought)]


def _link_columns(
    join: Join, link: Link, at: Path, rows: list[str], there: Sequence[str], problems: Problems
) -> None:
    for left, right in link.same:
        _expect(left, (*at, "same", left), rows, "the rows so far", problems)
        _expect(right, (*at, "same", left), there, f'source "{join.source}"', problems)
    for index, name in enumerate(link.leave_out):
        both = f'the rows so far or source "{join.source}"'
        _expect(name, (*at, "leave_out", index), [*rows, *there], both, problems)


def _named(charter: Charter) -> Iterator[tuple[str, Path]]:
    """Every column of the joined table that the charter names, and where."""
    data, fallback = charter.data, charter.serving.fallback
    if charter.ranking is not None:
        for key in ("user", "item", "time", "weight"):
            if (name := getattr(charter.ranking, key)) is not None:
                yield name, ("ranking", key)
    else:
        yield charter.target.column, ("target", "column")
    if data.decision_time is not None and charter.ranking is None:
        yield data.decision_time, ("data", "decision_time")
    forecast = charter.forecast
    lists = {
        ("forecast", "series"): forecast.series if forecast else (),
        ("forecast", "known_ahead"): forecast.known_ahead if forecast else (),
        ("data", "order_by"): data.order_by,
        ("data", "entity"): data.entity if charter.ranking is None else (),
        ("data", "exclude"): data.exclude,
        ("data", "after_decision"): data.after_decision,
        ("data", "at_decision"): data.at_decision,
        ("fairness", "protected"): charter.fairness.protected,
        ("outlook", "sites"): charter.outlook.sites,
    }
    for at, names in lists.items():
        for index, name in enumerate(names):
            if name != ROW_ORDER:
                yield name, (*at, index)
    for name in charter.search.monotone:
        yield name, ("search", "monotone", name)
    for index, names in enumerate(charter.search.interactions or ()):
        for name in names:
            yield name, ("search", "interactions", index)
    yield from decided_by(charter)
    for name in data.types:
        yield name, ("data", "types", name)
    for name in charter.population.shares:
        yield name, ("population", "shares", name)
    for name in charter.changes.columns:
        yield name, ("changes", name)
    for index, relation in enumerate(charter.changes.related):
        for name in relation.columns:
            yield name, ("changes", "relations", index)
    for index, names in enumerate(charter.changes.one_of):
        for name in names:
            yield name, ("changes", "one_of", index)
    for name in charter.glossary:
        yield name, ("glossary", name)
    for name in charter.units:
        yield name, ("units", name)
    if fallback is not None and fallback.column is not None:
        yield fallback.column, ("serving", "fallback", "column")


def _expect(name: str, at: Path, known: Iterable[str], where: str, problems: Problems) -> None:
    known = list(known)
    if name in known:
        return
    shown = dotted(at[:-1] if isinstance(at[-1], int) else at)
    problems.add(
        at,
        f'{shown}: there is no column "{name}" in {where}.',
        name,
        did_you_mean(name, known, f"It has: {listed(known)}."),
    )
