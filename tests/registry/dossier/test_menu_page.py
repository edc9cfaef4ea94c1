"""The menu in the dossier and on the terminal: a row a candidate, each trade, the picture, and the choice."""

from __future__ import annotations

import io

from rich.console import Console

from airworthy.model.menu import LimitCost, Measured, Menu, Offer, Worth
from airworthy.model.menu_chart import menu_chart
from airworthy.registry.dossier import render_dossier
from airworthy.registry.dossier.charts import chart_view
from airworthy.registry.dossier.document import read_document
from airworthy.registry.dossier.facts_of import facts_of
from airworthy.registry.dossier.terminal import print_menu


def offer(name: str, rank: int, earns: float | None, **changed: object) -> Offer:
    def figure(value: float) -> Measured:
        return Measured(value, value - 5, value + 5, "EUR per 1,000", 900)

    worth = Worth(
        quality=Measured(0.4, 0.39, 0.41, "log loss", 900),
        saves=figure(100 + (earns or 0)),
        earns=None if earns is None else figure(earns),
    )
    made = {
        "gap": None,
        "latency_us": 20.0,
        "latency_p99_us": 30.0,
        "size_bytes": 5000,
        "front": True,
        "beaten_by": "",
        "beyond": (),
        "refused": "",
        "says": "" if earns is None else f"{name} earns something else.",
        "digest": "",
    }
    return Offer(name=name, learner=name, rank=rank, worth=worth, **{**made, **changed})  # type: ignore[arg-type]


OFFERS = (
    offer("linear", 0, -12.0),
    offer("heavy", 3, -3.0, front=False, beaten_by="Beaten by blend: as good, and better in size"),
    offer("leaky", 3, 90.0, front=False, refused="it wins only through <paid_at>"),
    offer("blend", 4, None),
)
MENU = Menu(
    rule="value",
    because="blend is recommended because it has the least loss of 4 candidates.",
    recommended="blend",
    chosen="linear",
    rows=900,
    unit="EUR per 1,000",
    metric="log loss",
    limits=(LimitCost("search.max_size", 9000, ("linear",), "linear", 5000, "linear", "blend", "It costs."),),
    offers=OFFERS,
    chart=menu_chart(OFFERS, "blend", "EUR per 1,000", "log loss"),
)
CHOICE = {"candidate": "linear", "instead_of": "blend", "by": "Ada", "reason": "<b>read</b> it"}


def document() -> dict[str, object]:
    return {
        "version": "v2",
        "digest": "sha256:ab",
        "task": "binary",
        "charter": {"name": "late"},
        "dataset": {"rows": 900},
        "menu": MENU.as_json(),
        "choice": CHOICE,
    }


def test_the_page_has_every_candidate_its_trade_and_who_chose() -> None:
    page = render_dossier(document()).decode()
    assert "The menu: what other models would trade" in page
    for name in ("linear", "heavy", "leaky", "blend"):
        assert f">{name}</td>" in page
    assert "Ada chose linear instead of blend: &lt;b&gt;read&lt;/b&gt; it" in page
    assert "linear earns something else." in page
    assert "It costs." in page


def test_the_picture_is_drawn_with_a_series_for_each_state() -> None:
    view = chart_view(MENU.chart)
    assert view.note == ""
    assert view.drawing is not None
    assert set(view.drawing.series) == {"a trade", "beaten", "not to be chosen", "recommended"}
    assert view.drawing.x_title == "earns more than blend, EUR per 1,000"


def test_the_terminal_fits_eighty_columns() -> None:
    given = read_document(document())
    assert given.menu is not None
    stream = io.StringIO()
    print_menu(given.menu, given.choice, Console(file=stream, width=80))
    said = stream.getvalue()
    assert max(map(len, said.splitlines())) <= 80
    row = next(line for line in said.splitlines() if line.startswith("linear "))
    assert row.split() == ["linear", "weights", "88", "0.4", "20", "µs", "5", "KB", "chosen"]
    assert "Ada chose linear instead of blend" in said


def test_the_audit_path_holds_menu_and_choice_and_an_older_document_does_without() -> None:
    given = read_document(document())
    assert ("by", "Ada") in facts_of("choice", given)
    assert any(name == "linear" for name, _ in facts_of("menu", given))
    older = {name: value for name, value in document().items() if name not in ("menu", "choice")}
    assert facts_of("menu", read_document(older)) == [("menu", "not in this evidence")]
    assert "The menu: what other" not in render_dossier(older).decode()
