"""The picture of a model in sentences and lines: what a terminal prints and a page says beside its charts."""

from __future__ import annotations

from airworthy.assurance.explain.charts import effect_words, scale_of
from airworthy.assurance.explain.picture import InputPart, Pairs, Picture, Point, Shape
from airworthy.assurance.explain.row_words import listed

TOP = 12
CAVEAT = "This says what the model uses, not what causes the outcome."


def headline(picture: Picture) -> list[str]:
    """What leads, how it was measured, and what the tests of the reasons say against it."""
    counted = [part for part in picture.parts if part.size > 0]
    what = f' of "{picture.explained}"' if picture.explained else ""
    told = list(picture.cautions)
    if not counted:
        return [*told, f"No column moves the score{what} in {picture.rows:,} rows."]
    told.append(f"What moves the score{what} most: {listed([part.label for part in counted[:3]])}.")
    told.append(
        f"Mean size of each column's part in {picture.unit}, over {picture.rows:,} rows, 95 % intervals over "
        f"rows; {picture.method}."
    )
    if silent := [part.label for part in picture.parts if part.size == 0]:
        told.append(f"Counted nothing: {listed(silent)}.")
    if seen := [part.label for part in counted if part.protected]:
        told.append(f"The model reads protected columns: {listed(seen)}.")
    return [*told, CAVEAT, *picture.notes]


def size_lines(picture: Picture, top: int = TOP) -> list[tuple[str, str, str]]:
    """(column, size with interval, rise of the loss with interval) of the leading columns."""
    return [
        (part.label, _between(part.size, part.low, part.high), _rise(part)) for part in picture.parts[:top]
    ]


def _rise(part: InputPart) -> str:
    return "" if part.rise is None else _between(part.rise, part.rise_low, part.rise_high)


def _between(value: float, low: float | None, high: float | None) -> str:
    around = "" if low is None or high is None else f" ({low:.3g} to {high:.3g})"
    return f"{value:.3g}{around}"


def shape_lines(shape: Shape) -> list[str]:
    """The shape as lines: value, effect with its interval, and rows.

    >>> shape_lines(Shape("x", "x", (Point("1", 0.1, 0.05, 0.15, 40, 1.0),), "probability", 40))[1]
    '  1: +10.0 (5.0 to 15.0), 40 rows'
    """
    against = f"against {shape.reference}" if shape.reference else "0 is the average over the rows"
    head = f"{shape.label}: {effect_words(shape.unit)}, {against}, {shape.rows:,} rows"
    lines = [head, *(f"  {_point(point, scale_of(shape.unit))}" for point in shape.points)]
    if shape.left_out:
        lines.append(f"  {shape.left_out:,} rarer values are left out")
    return lines


def _point(point: Point, times: float) -> str:
    around = ""
    if point.low is not None and point.high is not None:
        around = f" ({times * point.low:.3g} to {times * point.high:.3g})"
        if times == 100.0:
            around = f" ({times * point.low:.1f} to {times * point.high:.1f})"
    value = f"{times * point.value:+.1f}" if times == 100.0 else f"{point.value:+.3g}"
    few = ", few rows" if point.few else ""
    return f"{point.label}: {value}{around}, {point.rows:,} rows{few}"


def pair_lines(pairs: Pairs) -> list[str]:
    """Which columns count only together, or that none was found, and how far was looked."""
    looked = f"{pairs.searched} pairs of the leading columns, {pairs.rows:,} rows"
    if not pairs.found:
        most = _share(pairs.limit)
        return [f"No pair of columns surely adds more than {most} of the score's variance ({looked})."]
    return [
        *(
            f"{pair.labels[0]} and {pair.labels[1]} count together: {_share(pair.share)} of the score's "
            f"variance ({_share(pair.low)} to {_share(pair.high)})."
            for pair in pairs.found
        ),
        f"Looked at {looked}; told from {_share(pairs.limit)} on.",
    ]


def _share(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.3g} %"


def picture_lines(picture: Picture, shapes: int = 3) -> list[str]:
    """Everything, for a terminal."""
    lines = [*headline(picture), ""]
    rises = any(part.rise is not None for part in picture.parts)
    width = max(len(label) for label in ("column", *(label for label, _, _ in size_lines(picture))))
    if rises:
        lines.append(f"{'column':{width}}  {'mean part':26}  loss when shuffled")
    lines += [f"{label:{width}}  {size:26}  {rise}".rstrip() for label, size, rise in size_lines(picture)]
    for shape in picture.shapes[:shapes]:
        lines += ["", *shape_lines(shape)]
    if picture.pairs is not None:
        lines += ["", *pair_lines(picture.pairs)]
    return lines
