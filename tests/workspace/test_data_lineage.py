"""Tables that runs keep: where each came from, with counts that add up; back as they were; and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.cli.data import GROUP
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.kernel.plan import Plan
from airworthy.lifecycle.prepare import prepare
from airworthy.lifecycle.stages import Run
from airworthy.workspace.snapshots import get_table, list_snapshots, open_table, show_snapshot
from airworthy.workspace.workspace import Workspace

CHARTER = """\
name = "churn"
purpose = "Call customers who are about to leave"
task = "binary"

[[sources]]
name = "shop"
path = "shop.csv"
owner = "Sales"

[[sources]]
name = "crm"
path = "crm.csv"

[[joins]]
source = "crm"
on = ["customer"]

[target]
column = "left"
positive = "yes"

[data]
exclude = ["customer"]
"""
ROWS, KNOWN = 200, 150
SHOP = pl.DataFrame(
    {
        "customer": [f"c{i:03d}" for i in range(ROWS)],
        "paid": [float(20 + i % 37) for i in range(ROWS)],
        "left": ["yes" if i % 4 == 0 else "no" for i in range(ROWS)],
    }
)
CRM = pl.DataFrame({"customer": [f"c{i:03d}" for i in range(KNOWN)], "calls": [i % 9 for i in range(KNOWN)]})


def lay_out(folder: Path, shop: pl.DataFrame = SHOP) -> None:
    (folder / "airworthy.toml").write_text(CHARTER)
    shop.write_csv(folder / "shop.csv")
    CRM.write_csv(folder / "crm.csv")


def version_of(workspace: Workspace) -> str:
    """What a run records of its rows, without the hour of training."""
    context = workspace.context
    context.registry.declare_charter(context.charter, context.charter_bytes)
    name = context.registry.start_run(context.charter.digest, author="Ana", seed=0, limit_seconds=60)
    dataset = prepare(Run(name, context, Budget(60))).document["dataset"]
    model = context.home / "models" / name
    model.mkdir(parents=True)
    (model / "weights.txt").write_text(name)
    plan = Plan(())
    made = context.registry.create_version(
        model,
        run=name,
        author="Ana",
        task="binary",
        learner="none",
        charter_name=context.charter.name,
        charter_digest=context.charter.digest,
        snapshot=dataset["digest"],
        seal=dataset["seal_digest"],
        evidence=lambda version, digest: {
            "version": version,
            "plan": plan.as_json(),
            "plan_digest": plan.digest,
            "charter": {"digest": context.charter.digest},
            "dataset": dataset,
        },
    )
    context.registry.finish_run(name, made.version)
    return made.version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lay_out(tmp_path)
    return tmp_path


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder) as opened:
        yield opened


def test_a_lineage_names_files_joins_and_uses_and_its_counts_add_up(workspace: Workspace) -> None:
    version_of(workspace)
    for name in ("v1", "r1"):
        found = show_snapshot(workspace.context, name)
        shop, crm = found.sources
        assert (found.rows, shop.rows, crm.rows) == (ROWS, ROWS, KNOWN)
        assert (shop.files, shop.owner, shop.joined, shop.quarantined) == (("shop.csv",), "Sales", None, 0)
        assert crm.joined is not None
        assert (crm.joined.matched, crm.joined.unmatched) == (KNOWN, ROWS - KNOWN)
        assert [(use.version, use.run, use.charter) for use in found.uses] == [("v1", "r1", "churn")]
    told = "\n".join(found.tree())
    assert "joined to 200 rows: 150 matched + 50 found nothing" in told
    assert "read 150 rows = kept 150 + set aside 0; 2 columns" in told


def test_the_same_rows_are_kept_once_and_named_by_one_digest(workspace: Workspace, folder: Path) -> None:
    version_of(workspace)
    kept = {path.name for path in (folder / ".airworthy" / "blobs").rglob("*") if path.is_file()}
    # The same values in another file: other bytes, the same table.
    (folder / "shop.csv").write_text((folder / "shop.csv").read_text().replace("\n", "\r\n"))
    version_of(workspace)
    found = list_snapshots(workspace.context)
    assert len(found) == 1
    assert [use.version for use in found[0].uses] == ["v1", "v2"]
    tables = {open_table(workspace.context, f"{v}:shop").frame.shape for v in ("v1", "v2")}
    assert tables == {(ROWS, 3)}
    again = {path.name for path in (folder / ".airworthy" / "blobs").rglob("*") if path.is_file()}
    assert kept <= again
    assert all(
        path.read_bytes()[:4] != b"PAR1"
        for path in (folder / ".airworthy").rglob("*")
        if path.name in again - kept
    )


def test_a_kept_table_comes_back_as_it_was_and_an_altered_one_does_not(
    workspace: Workspace, folder: Path
) -> None:
    version_of(workspace)
    get_table(workspace.context, "v1:shop", folder / "back.parquet")
    assert pl.read_parquet(folder / "back.parquet").equals(SHOP)
    blob = workspace.context.registry.blobs.path(show_snapshot(workspace.context, "v1").source("crm").table)
    blob.chmod(0o644)
    CRM.with_columns(pl.col("calls") + 1).write_parquet(blob)
    with pytest.raises(IntegrityError):
        get_table(workspace.context, "v1:crm", folder / "crm_back.parquet")
    assert not (folder / "crm_back.parquet").exists()


def test_a_run_says_which_rows_of_a_source_changed_since_the_last_version(
    workspace: Workspace, folder: Path
) -> None:
    version_of(workspace)
    assert workspace.context.registry.evidence("v1")["dataset"]["altered"] == []
    some = pl.int_range(pl.len()) < 10
    edited = SHOP.with_columns(
        pl.when(some).then(pl.col("paid") * 100).otherwise(pl.col("paid")).alias("paid")
    )
    lay_out(folder, edited.tail(ROWS - 2))
    version_of(workspace)
    (altered,) = workspace.context.registry.evidence("v2")["dataset"]["altered"]
    assert (altered["source"], altered["since"]) == ("shop", "v1")
    assert (altered["rows_removed"], altered["rows_changed"], altered["rows_added"]) == (2, 8, 0)
    assert altered["columns_changed"] == ["paid"]
    assert altered["finding"] == (
        "shop of v1 and what was read now differ: 2 rows removed, 8 of 198 matched rows changed in paid."
    )


def test_a_run_that_ended_early_still_names_what_it_read(workspace: Workspace) -> None:
    context = workspace.context
    name = context.registry.start_run(context.charter.digest, author="Ana", seed=0, limit_seconds=60)
    prepare(Run(name, context, Budget(60)))
    context.registry.stop_run(name, "no time was left")
    found = show_snapshot(context, name)
    assert (found.rows, found.uses) == (ROWS, ())
    other = context.registry.start_run(context.charter.digest, author="Ana", seed=0, limit_seconds=60)
    context.registry.stop_run(other, "a source is gone")
    with pytest.raises(InputError, match="a source is gone"):
        show_snapshot(context, other)


def run(*words: str, folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(GROUP, [*words, "--charter", str(folder)])
    if isinstance(done.exception, InputError):
        raise done.exception
    return done.exit_code, done.stdout


def test_the_commands_list_show_and_compare_versions_snapshots_and_files(
    workspace: Workspace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version_of(workspace)
    lay_out(folder, SHOP.head(190))
    version_of(workspace)
    code, text = run("list", "--json", folder=folder)
    digests = [one["digest"].removeprefix("sha256:") for one in json.loads(text)["snapshots"]]
    assert (code, len(digests)) == (0, 2)
    assert run("list", folder=folder)[1].splitlines()[0].startswith(digests[0][:12])
    assert json.loads(run("show", digests[1][:6], "--json", folder=folder)[1])["rows"] == ROWS
    for before, after in (("v1", "v2"), (digests[1][:8], "r2"), ("v1:shop", "v2:shop")):
        code, text = run("diff", before, after, "--json", folder=folder)
        found = json.loads(text)
        assert (code, found["same"], found["rows"]["removed"]) == (1, False, 10)
        assert not found["schema"]["removed"]
    monkeypatch.chdir(folder)
    page = folder / "diff.html"
    assert run("diff", "v2", "shop.csv", folder=folder)[0] == 0
    assert run("diff", "v1", "shop.csv", "--html", str(page), folder=folder)[0] == 1
    assert "10 rows removed" in page.read_text()
    assert "<script" not in page.read_text()


def test_a_name_that_is_nothing_is_refused_with_what_there_is(workspace: Workspace, folder: Path) -> None:
    version_of(workspace)
    for words, said in (
        (("show", "v9"), "v9"),
        (("show", "r9"), "There is no run r9"),
        (("show", "beefbeef"), "There is no snapshot beefbeef"),
        (("diff", "v1:nothing", "v1"), "has no source nothing"),
        (("diff", "absent.csv", "v1"), "There is no file absent.csv"),
    ):
        with pytest.raises(InputError, match=said) as caught:
            run(*words, folder=folder)
        assert caught.value.remedy


def test_two_frames_are_compared_from_python(tmp_path: Path) -> None:
    SHOP.write_parquet(tmp_path / "shop.parquet")
    found = aw.data_diff(SHOP.to_pandas(), tmp_path / "shop.parquet", key="customer", target="left")
    assert found.same
    assert found.names == ("before", "shop.parquet")
    changed = SHOP.with_columns(pl.lit("yes").alias("left"))
    found = aw.data_diff(SHOP, changed, target="left")
    assert found.target is not None
    assert found.target.word == ("no", 0.75, 0.0)


def test_a_file_beside_a_version_is_read_as_its_source_is(tmp_path: Path) -> None:
    # Labels stay as they are written; a bare reader would take these for whole numbers.
    coded = SHOP.with_columns(pl.col("left").replace({"yes": "1", "no": "0"}))
    lay_out(tmp_path, coded)
    charter = (tmp_path / "airworthy.toml").read_text().replace('positive = "yes"', 'positive = "1"')
    (tmp_path / "airworthy.toml").write_text(charter)
    with Workspace.open(tmp_path) as workspace:
        version_of(workspace)
    assert run("diff", "v1", str(tmp_path / "shop.csv"), folder=tmp_path)[0] == 0
    assert run("diff", str(tmp_path / "crm.csv"), "v1:crm", folder=tmp_path)[0] == 0


def test_a_table_without_rows_is_compared_too(tmp_path: Path) -> None:
    SHOP.clear().write_parquet(tmp_path / "empty.parquet")
    found = aw.data_diff(SHOP, tmp_path / "empty.parquet")
    assert (found.rows.removed, found.rows.added, found.schema.removed) == (ROWS, 0, ())
    assert aw.data_diff(SHOP.clear(), SHOP.clear()).same
