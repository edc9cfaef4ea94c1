"""DAT039: IDs that a joined source writes differently, from the files to the finding and back."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from airworthy.charter import load_charter
from airworthy.charter.scope import Scope
from airworthy.data import assemble, learn_contract
from airworthy.data.checks.dat039_ids_written_differently import IdsWrittenDifferently
from airworthy.data.facts.joins import Joins
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.workspace.audit import audit_charter

CHARTER = """
name = "orders"
purpose = "See which orders come back"
task = "binary"
[[sources]]
name = "orders"
path = "orders.csv"
[[sources]]
name = "crm"
path = "crm.csv"
[[joins]]
source = "crm"
on = { customer = "no" }
RULE
[data]
decision_time = "at"
[target]
column = "returned"
positive = "yes"
[budget]
time = "3m"
"""


def world(folder: Path, old: Callable[[int], str], numbers: list[int], rows: int = 600) -> None:
    """Orders of a year; those before 1 July name customers as `old` does, all others as the CRM."""
    chance = random.Random(5)
    made = []
    for _ in range(rows):
        number, at = chance.choice(numbers), date(2023, 1, 1) + timedelta(chance.randrange(365))
        name = old(number) if at < date(2023, 7, 1) else f"K{number:08d}"
        made.append((name, at, chance.random() * 90, chance.choice(["yes", "no"])))
    table = pl.DataFrame(made, schema=["customer", "at", "amount", "returned"], orient="row")
    table.write_csv(folder / "orders.csv")
    crm = pl.DataFrame({"no": [f"K{n:08d}" for n in numbers], "tier": [chance.choice("ab") for _ in numbers]})
    crm.write_csv(folder / "crm.csv")


def finding(folder: Path, rule: str = "", progress: Progress | None = None) -> Result:
    """The one result of DAT039 on the files in `folder`."""
    (folder / "airworthy.toml").write_text(CHARTER.replace("RULE", rule))
    charter = load_charter(folder / "airworthy.toml")
    assembled = assemble(charter, progress or QuietProgress())
    scope = Scope(charter, learn_contract(assembled.frame, charter, assembled.types))
    checks = (IdsWrittenDifferently(),)
    facts = Facts({Joins(): assembled.joins})
    (result,) = run_checks(make_plan(checks, scope, ()), checks, facts, scope)
    return result


SPARSE = random.Random(0).sample(range(10**5, 10**7), 200)
REMEDY = (
    'rule = [{ until = 2023-07-01, steps = ["remove prefix \'C-\'", "pad to 8", "add prefix \'K\'"] }, '
    "{ from = 2023-07-01, steps = [] }]"
)


def test_a_migration_is_named_with_its_day_and_its_remedy_joins_every_row(tmp_path: Path) -> None:
    world(tmp_path, lambda number: f"C-{number}", SPARSE)
    found = finding(tmp_path)
    assert found.verdict is Verdict.FAIL
    assert "The writing changed on 2023-07-01" in found.finding
    assert found.remedy == f"Write into the [[joins]] of crm: {REMEDY}"
    told = audit_charter(tmp_path, QuietProgress()).results
    assert [result.finding for result in told if result.code == "DAT039"] == [found.finding]
    again = finding(tmp_path, REMEDY)
    assert again.verdict is Verdict.PASS
    assert "No ID in 600 rows joined with crm" in again.finding


def test_numbers_that_meet_by_chance_leave_it_unsure(tmp_path: Path) -> None:
    world(tmp_path, lambda number: f"C-{number}", list(range(1, 201)))
    found = finding(tmp_path)
    assert found.verdict is Verdict.UNSURE
    assert "would meet by chance" in found.finding
    assert found.remedy.startswith("Let both tables hold a column of one name")


def test_strangers_and_too_few_rows_raise_nothing(tmp_path: Path) -> None:
    world(tmp_path, lambda number: f"{number * 7 % 10**6:x}", SPARSE)
    assert finding(tmp_path).verdict is Verdict.PASS
    world(tmp_path, lambda number: f"C-{number}", SPARSE[:8], rows=30)
    assert finding(tmp_path).verdict in (Verdict.PASS, Verdict.UNSURE)


def test_a_column_without_ids_is_no_error(tmp_path: Path) -> None:
    world(tmp_path, lambda number: f"C-{number}", SPARSE)
    table = pl.read_csv(tmp_path / "orders.csv").with_columns(pl.lit(None).alias("customer"))
    table.write_csv(tmp_path / "orders.csv")
    assert finding(tmp_path).verdict is Verdict.PASS


@pytest.mark.parametrize("rule", ['rule = ["pad to 8", "remove prefix \'C-\'"]'])
def test_a_rule_that_does_not_fit_tells_what_each_step_did(tmp_path: Path, rule: str) -> None:
    world(tmp_path, lambda number: f"C-{number}", SPARSE)

    class Heard(QuietProgress):
        notes: list[str] = []

        def note(self, text: str) -> None:
            self.notes.append(text)

    heard = Heard()
    finding(tmp_path, rule, heard)
    assert any("pad to 8:" in note and "remove prefix 'C-':" in note for note in heard.notes)
