"""What counts as a hit, what is kept on disk, and what a run prints."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from planted import report, series
from planted.accepted import ACCEPTED
from planted.clean import COLUMNS, permuted, seasonal, shuffled, visits
from planted.jobs import Job, run_all
from planted.page import END, write
from planted.plant import Truth
from planted.pools import POOLS
from planted.run import main
from planted.scoring import hits
from planted.store import Store

from airworthy.kernel.result import Result, Verdict

DATE = datetime(2022, 3, 12)
TRUTH = Truth(("age",), 100, 0.3, DATE, span=1_000.0)


def said(
    verdict: Verdict = Verdict.FAIL, code: str = "DAT012", subject: str = "column:age", **details: object
) -> Result:
    return Result(
        code, "x", subject, verdict, "finding", "remedy", details=details or {"from": "14 Mar 2022"}
    )


def test_a_hit_names_kind_column_and_date() -> None:
    assert hits([said()], TRUTH, ("DAT012",))
    assert not hits([said(subject="column:wage")], TRUTH, ("DAT012",))
    assert not hits([said(code="DAT001")], TRUTH, ("DAT012",))
    assert not hits([said(Verdict.UNSURE)], TRUTH, ("DAT012",))


@pytest.mark.parametrize(("days", "hit"), [(0, True), (20, True), (21, False), (-20, True), (-21, False)])
def test_a_date_counts_within_two_percent_of_the_span(days: int, hit: bool) -> None:
    named = (DATE + timedelta(days=days)).strftime("%Y-%m-%d")
    assert bool(hits([said(since=named)], TRUTH, ("DAT012",))) is hit


def test_a_finding_without_a_date_is_no_hit_for_a_dated_defect() -> None:
    assert not hits([said(rows_touched=5)], TRUTH, ("DAT012",))


def test_listing_many_dates_does_not_name_one() -> None:
    many = [(DATE + timedelta(days=30 * i)).strftime("%Y-%m-%d") for i in range(-12, 1)]
    assert not hits([said(dates=many)], TRUTH, ("DAT012",))


def test_a_group_counts_as_naming_its_column() -> None:
    assert hits([said(code="DAT099", subject="group:gender=f")], Truth(("gender",), 9), ("DAT099",))


def test_a_series_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    store, asked = Store(tmp_path, 1), []

    def one(index: int) -> dict[str, object]:
        asked.append(index)
        if index == 3 and len(asked) == 4:
            raise KeyboardInterrupt
        return {"index": index, "hit": True}

    with pytest.raises(KeyboardInterrupt):
        series.continued(store, "kind", 5, one)
    assert [outcome["index"] for outcome in store.read("kind")] == [0, 1, 2]
    assert len(series.continued(store, "kind", 5, one)) == 5
    assert asked == [0, 1, 2, 3, 3, 4]


def test_results_of_another_seed_or_of_other_codes_are_not_continued(tmp_path: Path) -> None:
    Store(tmp_path, 1).write("kind", [{"index": 0, "hit": True}])
    assert Store(tmp_path, 1).read("kind")
    assert Store(tmp_path, 2).read("kind") == []
    assert Store(tmp_path, 1).read("kind", ("DAT025",)) == []


def test_recall_carries_wilsons_interval() -> None:
    """90 of 100 by Wilson: (0.9 + 1.9207/100 -+ 1.96 sqrt(0.09/100 + 0.9604/10000)) / 1.038415."""
    outcomes = [{"hit": index < 90, "instead": [], "untold": []} for index in range(100)]
    share = report.recall(outcomes)
    assert share is not None
    low, high = share.interval()
    assert (low, high) == (pytest.approx(0.8256, abs=2e-4), pytest.approx(0.9448, abs=2e-3))


def test_kinds_without_a_check_are_listed_and_count_nowhere() -> None:
    without = next(name for name, codes in [*ACCEPTED.items(), ("none", None)] if codes is None)
    if without == "none":
        pytest.skip("every kind has a check")
    assert "no check yet" in report.planted_table(POOLS["known"], {without: []})[-1]
    assert report.overall({without: []}) == ["1 of 1 kinds have no check yet; they count in no figure above."]


def test_clean_tables_have_thirty_columns() -> None:
    assert seasonal(1, 300).frame.shape == (300, COLUMNS)
    assert visits(1, 300).frame.shape == (300, COLUMNS)


def test_permuted_tables_have_thirty_columns(shared_data) -> None:  # type: ignore[no-untyped-def]
    for name in ("telco_churn", "nycflights", "lending_club"):
        shared_data(name)
    assert permuted(1, 300).frame.shape == (300, COLUMNS)
    for name in ("amazon_reviews", "creditcard_fraud", "elec2"):
        shared_data(name)
    assert shuffled(1, 300).frame.shape == (300, COLUMNS)


def test_a_run_prints_its_table_and_writes_its_page(tmp_path: Path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = tmp_path / "page.md"
    page.write_text(f"# Mine\n<!-- generated, pool known: old -->\nold figures\n{END}\nlast words\n")
    arguments = [
        "--kinds",
        "constant",
        "infinite",
        "--n",
        "2",
        "--results",
        str(tmp_path / "kept"),
        "--page",
        str(page),
    ]
    assert main(arguments) == 0
    assert "| constant | one value in every row | DAT002 | 2 |" in capsys.readouterr().out
    text = page.read_text()
    assert text.startswith("# Mine\n")
    assert text.endswith("last words\n")
    assert "old figures" not in text
    assert str(tmp_path) not in text
    assert main([*arguments[:5], "--json", *arguments[5:7]]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["kinds"]["constant"]["recall"]["n"] == 2


def test_an_unknown_kind_is_refused_with_the_known_ones(capsys) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SystemExit, match=r'No kind begins with "nul-rate"\. There are: null-rate'):
        main(["--kinds", "nul-rate"])


def test_the_page_keeps_what_stands_around_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    marks = [f"<!-- generated, pool {name}: x -->\n{END}\n" for name in POOLS]
    page.write_text(f"before\n{marks[0]}between\n{marks[1]}after\n")
    for name in [*POOLS, *POOLS]:
        write(page, f"python run.py {name}", POOLS[name], {}, {})
    lines = page.read_text().splitlines()
    assert [lines[0], lines[-1], lines.count("between")] == ["before", "after", 1]
    assert sum("### Found" in line for line in lines) == 2


def test_a_page_without_marks_is_refused_and_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("mine\n")
    with pytest.raises(ValueError, match=r'has no line "<!-- generated, pool known: command -->"'):
        write(page, "python run.py", POOLS["known"], {}, {})
    assert page.read_text() == "mine\n"


def test_several_processes_find_what_one_finds_and_keep_it(tmp_path: Path) -> None:
    jobs = [Job("known", name, 1, POOLS["known"].kinds[name].must) for name in ("constant", "infinite")]
    kept = []
    for processes in (1, 2):
        folder, ended = tmp_path / str(processes), []
        run_all(jobs, folder, 3, processes, lambda job, _, ended=ended: ended.append(job.name))  # type: ignore[misc]
        assert sorted(ended) == ["constant", "infinite"]
        kept.append([job.kept(Store(folder, 3)) for job in jobs])
    assert kept[0] == kept[1]
    assert all(len(outcomes) == 1 for outcomes in kept[0])
