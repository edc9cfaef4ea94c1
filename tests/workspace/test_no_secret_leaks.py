"""Secrets of unlikely text, after fetches that fail and that succeed, stand nowhere that anybody keeps or sees."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import typer

from airworthy.adapters.secrets import written_forms
from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app
from airworthy.kernel.secret import Secret

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "adapters"))
from postgresql_server import find_programs, listening_server

from airworthy.workspace.demo.legacy.crm import CONTACTS, running_crm

psycopg = pytest.importorskip("psycopg", reason="psycopg is an extra and not installed")
pytest.importorskip("s3fs", reason="s3fs is an extra and not installed")
pytest.importorskip("dlt", reason="dlt is an extra and not installed")
server_module = pytest.importorskip("moto.server", reason="moto is not installed")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

RIGHT = {name: f"zebra/{name}+vow%77 quartz" for name in ("SHOP", "STORE", "CRM")}
WRONG = {name: f"walrus/{name}+oath%88 basalt" for name in RIGHT}
CHARTER = """
name = "churn"
purpose = "Ring customers who may leave"
task = "binary"
[[sources]]
name = "customers"
secret = "env:SHOP"
[sources.database]
url = "{shop}"
table = "customers"
key = ["id"]
[[sources]]
name = "visits"
path = "s3://{bucket}/visits.csv"
endpoint = "{store}"
secret = "env:STORE"
[[sources]]
name = "contacts"
secret = "env:CRM"
[sources.api]
url = "{crm}"
pages = "page"
key = ["id"]
rows_at = "contacts"
size_parameter = "per_page"
page_size = 200
retries = 3
min_wait = "10ms"
max_wait = "50ms"
[[joins]]
source = "visits"
on = {{ id = "id" }}
[[joins]]
source = "contacts"
on = {{ id = "id" }}
columns = ["orders"]
[target]
column = "left"
positive = "yes"
[data]
exclude = ["id"]
[budget]
time = "5m"
[search]
learners = ["linear"]
"""


def told_rows() -> list[tuple[str, int, int, str]]:
    rng = random.Random(7)
    return [
        (f"C-{n:05d}", rng.randint(0, 70), rng.randint(0, 9), rng.choice(("yes", "no"))) for n in range(300)
    ]


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, str]]:
    """A database, a store and an interface that want to know who asks."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs initdb and pg_ctl are not on this machine")
    rows = told_rows()
    contacts: list[dict[str, Any]] = [
        {"id": name, "orders": orders, "changed_at": "2026-01-01"} for name, _, orders, _ in rows
    ]
    store = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    host, port = store.get_host_and_port()
    address = f"http://{host}:{port}"
    login = {"aws_access_key_id": "reader", "aws_secret_access_key": RIGHT["STORE"]}
    client = boto3.client("s3", endpoint_url=address, region_name="us-east-1", **login)
    client.create_bucket(Bucket="exports")
    body = "id,tenure\n" + "".join(f"{name},{tenure}\n" for name, tenure, _, _ in rows)
    client.put_object(Bucket="exports", Key="visits.csv", Body=body.encode())
    with (
        listening_server(programs, RIGHT["SHOP"]) as (local, tcp),
        running_crm(contacts, token=RIGHT["CRM"]) as crm,
    ):
        with psycopg.connect(local.replace("+psycopg", ""), autocommit=True) as shop:
            shop.execute(
                psycopg.sql.SQL("alter role airworthy password {}").format(psycopg.sql.Literal(RIGHT["SHOP"]))
            )
            shop.execute("create table customers (id text primary key, left_ text)")
            shop.execute('alter table customers rename column left_ to "left"')
            with shop.cursor() as cursor:
                cursor.executemany("insert into customers values (%s, %s)", [(r[0], r[3]) for r in rows])
        yield {"shop": tcp, "store": address, "crm": crm.url + CONTACTS}
    store.stop()


class Watched:
    """Command lines of this machine's processes, looked at while a command runs."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.is_set():
            for process in psutil.process_iter(["cmdline"]):
                self.seen.add(" ".join(process.info["cmdline"] or ()))
            self._done.wait(0.2)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def environment(secrets: dict[str, str]) -> dict[str, str]:
    more = {"AIRWORTHY_DEBUG": "1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": "us-east-1"}
    return {**secrets, "STORE": f"reader:{secrets['STORE']}", **more}


def started(folder: Path, secrets: dict[str, str], *arguments: str) -> tuple[int, str]:
    """A process of its own: its exit code, what it showed, and all command lines of this machine meanwhile."""
    with Watched() as watched:
        done = subprocess.run(
            [sys.executable, "-m", "airworthy.cli.main", *arguments],
            cwd=folder,
            env={**os.environ, **environment(secrets)},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    assert any("airworthy.cli.main sources" in line for line in watched.seen)
    return done.returncode, "\n".join([done.stdout, done.stderr, *sorted(watched.seen)])


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """A command in this process: exit code, and everything that was shown."""
    monkeypatch.chdir(tmp_path)

    def run(secrets: dict[str, str], *arguments: str) -> tuple[int, str]:
        for name, value in environment(secrets).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            run_at_edge(typer.main.get_command(app), [*arguments])
        shown = capfd.readouterr()
        return int(str(left.value.code)), f"{shown.out}\n{shown.err}"

    return run


def hits(text: bytes) -> list[str]:
    forms = {form for word in (*RIGHT.values(), *WRONG.values()) for form in written_forms(Secret(word))}
    return [form for form in forms if form.encode() in text]


@pytest.mark.slow
@pytest.mark.server
def test_no_secret_stands_anywhere_after_failing_and_succeeding(
    tmp_path: Path, places: dict[str, str], call: Callable[..., tuple[int, str]]
) -> None:
    charter = tmp_path / "airworthy.toml"
    charter.write_text(CHARTER.format(**places, bucket="no-such-bucket"), "utf-8")
    failed, told = call(WRONG, "sources", "fetch")
    stopped, also = call(WRONG, "run", "--json")
    assert (failed, stopped) == (2, 2)
    assert "refuses the login of source customers" in told
    assert "There is no bucket for s3://no-such-bucket" in told
    assert "contacts wants to know who asks (401)" in told
    shown = [told, also]
    charter.write_text(CHARTER.format(**places, bucket="exports"), "utf-8")
    for left, told in (
        started(tmp_path, RIGHT, "sources", "fetch", "--json"),
        call(RIGHT, "sources", "check"),
        call(RIGHT, "run", "--json"),
    ):
        assert left == 0, told
        shown.append(told)
    assert [text for text in shown if hits(text.encode())] == []
    kept = [path for path in (tmp_path / ".airworthy").rglob("*") if path.is_file()]
    assert [path for path in kept if hits(path.read_bytes())] == []
    assert any(b"127.0.0.1" in path.read_bytes() for path in kept), "the search sees what is there"
    print(f"{len(kept)} files, {sum(map(len, shown)):,} letters shown, 0 hits of 6 secrets in any form")
