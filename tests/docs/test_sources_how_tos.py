"""The how-tos on sources run as they stand: a database, object storage, and a test of all sources."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app
from airworthy.data.landing import Landing
from airworthy.kernel.clock import SystemClock, rfc3339

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        run_at_edge(typer.main.get_command(app), ["sources", *arguments])
    return int(str(left.value.code)), capsys.readouterr().out


def test_the_database_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (script,), (first, later) = blocks("read-a-database.md", "sh"), blocks("read-a-database.md", "text")
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": paths},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (0, first), done.stderr
    shop = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    shop.execute("insert into customers values (201, 'gold', 201, 'no')")
    shop.execute("delete from customers where id = 7")
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "fetch", "--quiet") == (0, later)


def test_the_page_on_object_storage_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("s3fs", reason="s3fs is an extra and not installed")
    server_module = pytest.importorskip("moto.server", reason="moto is not installed")
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "word")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}")
        client.create_bucket(Bucket="exports")
        for month in (1, 2, 3):
            body = f"id,y\n{month}1,0\n{month}2,1\n{month}3,0\n".encode()
            client.put_object(Bucket="exports", Key=f"shop/2024-{month:02}.csv", Body=body)
        (source,) = blocks("read-object-storage.md", "toml")
        write(tmp_path, source.replace("https://storage.example", f"http://{host}:{port}"))
        monkeypatch.chdir(tmp_path)
        (told,) = blocks("read-object-storage.md", "text")
        assert call(capsys, "fetch", "orders", "--quiet") == (0, told)
    finally:
        server.stop()


def write(folder: Path, sources: str) -> None:
    head = 'name = "demo"\npurpose = "Read a page"\ntask = "binary"\n'
    tail = '[target]\ncolumn = "y"\n[budget]\ntime = "1m"\n'
    (folder / "airworthy.toml").write_text(f"{head}{sources}{tail}", "utf-8")


def test_the_page_on_checking_shows_what_the_command_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("dlt", reason="dlt is an extra and not installed")
    from airworthy.workspace.demo.legacy.crm import CONTACTS, running_crm, some_contacts

    shop = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    shop.execute("create table customers (id integer primary key, y text)")
    shop.executemany("insert into customers values (?, 'a')", [(n,) for n in range(400)])
    (tmp_path / "visits.csv").write_text("id,n\n" + "".join(f"{n},1\n" for n in range(40)))
    monkeypatch.setenv("CRM_TOKEN", "old")
    monkeypatch.chdir(tmp_path)
    with running_crm(some_contacts(3), token="new") as crm:
        write(
            tmp_path,
            f"""
[[sources]]
name = "customers"
owner = "the shop team"
purpose = "keeping customers"
[sources.database]
url = "sqlite:///shop.db"
table = "customers"
[[sources]]
name = "visits"
path = "visits.csv"
rows = 41
owner = "the web team"
purpose = "keeping customers"
legal_basis = "contract"
[[sources]]
name = "contacts"
owner = "Sales"
purpose = "keeping customers"
legal_basis = "contract"
secret = "env:CRM_TOKEN"
[sources.api]
url = "{crm.url}{CONTACTS}"
pages = "page"
key = ["id"]
rows_at = "contacts"
min_wait = "10ms"
[[joins]]
source = "visits"
on = {{ id = "id" }}
[[joins]]
source = "contacts"
on = {{ id = "id" }}
""",
        )
        assert call(capsys, "fetch", "customers", "--quiet")[0] == 0
        record = Landing(tmp_path, "customers").root / "landed.json"
        days_ago = SystemClock().now() - timedelta(days=2, hours=1)
        record.write_text(json.dumps({**json.loads(record.read_text()), "fetched_at": rfc3339(days_ago)}))
        (told,) = blocks("check-sources.md", "text")
        assert call(capsys, "check", "--quiet") == (1, told)
