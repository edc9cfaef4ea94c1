"""Files in an S3 store that answers on loopback: whole, verified, and only those that changed."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from source_charters import charter_of, fetched, landing

from airworthy.adapters.sources.objects import fetch as fetch_module
from airworthy.adapters.sources.objects.store import Store, Stored
from airworthy.charter.model import Charter
from airworthy.kernel.errors import InputError, MissingExtra

pytest.importorskip("s3fs", reason="s3fs is an extra and not installed")
server_module = pytest.importorskip("moto.server", reason="moto is not installed")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

KEY, WORD = "zebraquartzkey", "zebra/quartz+77vow"


SLOW = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


class Moody:
    """A store that answers the next requests of a list with 503."""

    def __init__(self, store: Callable[..., Any]) -> None:
        self.store, self.busy = store, list[str]()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}" in self.busy[:1]:
            self.busy.pop(0)
            start("503 Slow Down", [("Content-Type", "application/xml"), ("Content-Length", str(len(SLOW)))])
            return [SLOW]
        return self.store(environ, start)


@pytest.fixture(scope="module")
def moody() -> Iterator[tuple[str, Moody]]:
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    server._server.app = store = Moody(server._server.app)
    yield f"http://{host}:{port}", store
    server.stop()


@pytest.fixture
def endpoint(moody: tuple[str, Moody]) -> str:
    return moody[0]


@pytest.fixture
def busy(moody: tuple[str, Moody]) -> Iterator[list[str]]:
    """Requests that are to be answered with 503, in this order."""
    yield moody[1].busy
    moody[1].busy.clear()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")).close()
    monkeypatch.setenv("STORE_LOGIN", f"{KEY}:{WORD}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=WORD)
    client.create_bucket(Bucket="exports")
    for month in (1, 2, 3):
        client.put_object(Bucket="exports", Key=f"shop/2024-{month:02}.csv", Body=csv(month))
    client.put_object(Bucket="exports", Key="shop/readme.txt", Body=b"not these")
    return client


def csv(month: int, rows: int = 3) -> bytes:
    return "".join(["id,y\n", *(f"{month}{n},{n % 2}\n" for n in range(rows))]).encode()


@pytest.fixture
def declared(bucket: Any, endpoint: str, tmp_path: Path) -> Callable[..., Charter]:
    def declare(path: str = "s3://exports/shop/2024-*.csv", secret: str = "env:STORE_LOGIN") -> Charter:
        more = [f'secret = "{secret}"'] if secret else []
        return charter_of(tmp_path, f'path = "{path}"', f'endpoint = "{endpoint}"', *more)

    return declare


def test_all_that_match_are_brought_and_later_only_what_changed(
    declared: Callable[..., Charter], bucket: Any
) -> None:
    charter = declared()
    landed = fetched(charter)
    assert (landed.rows, landed.requests) == (9, 3)
    assert [path.read_bytes() for path in landing(charter).paths(landed)] == [csv(1), csv(2), csv(3)]
    assert [name.rpartition("-")[0] for name in landed.files] == ["2024-01", "2024-02", "2024-03"]
    bucket.put_object(Bucket="exports", Key="shop/2024-02.csv", Body=csv(2, rows=4))
    bucket.put_object(Bucket="exports", Key="shop/2024-04.csv", Body=csv(4))
    bucket.delete_object(Bucket="exports", Key="shop/2024-01.csv")
    again = fetched(charter)
    assert (again.rows, again.requests) == (10, 2), "the third month is not brought again"
    assert again.notes == ("3 objects, 1 of them unchanged or here already.",)
    assert [path.read_bytes() for path in landing(charter).paths(again)] == [csv(2, 4), csv(3), csv(4)]
    assert len(list((landing(charter).root / again.folder).iterdir())) == 3


def test_a_fetch_that_was_killed_goes_on_with_the_next_file(
    declared: Callable[..., Charter], monkeypatch: pytest.MonkeyPatch
) -> None:
    charter = declared()
    download, brought = Store.download, list[str]()

    def killed_at_third(self: Store, one: Stored, target: Path) -> None:
        if len(brought) == 2:
            (target.parent / f".{target.name}.part").write_bytes(b"id,y\n1")
            raise SystemExit  # as far as files go, what a kill leaves
        brought.append(one.key)
        download(self, one, target)

    monkeypatch.setattr(Store, "download", killed_at_third)
    with pytest.raises(SystemExit):
        fetched(charter)
    assert landing(charter).latest() is None
    monkeypatch.setattr(Store, "download", download)
    landed = fetched(charter)
    assert (landed.rows, landed.requests) == (9, 1)
    assert sorted(path.name for path in (landing(charter).root / "1").iterdir()) == sorted(landed.files)


@pytest.mark.parametrize("when", ["before it is opened", "while it is read"])
def test_an_object_replaced_while_it_is_read_is_noticed(
    declared: Callable[..., Charter], bucket: Any, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    charter = declared()
    opened, replaced = Store._opened, list[str]()

    def replace() -> None:
        replaced.append("now")
        bucket.put_object(Bucket="exports", Key="shop/2024-02.csv", Body=csv(2, rows=5))

    def disturbed(self: Store, one: Stored) -> Any:
        late = when == "while it is read"
        stream = opened(self, one) if late else None
        if "2024-02" in one.key and not replaced:
            replace()
        return stream or opened(self, one)

    monkeypatch.setattr(Store, "_opened", disturbed)
    landed = fetched(charter)
    assert landed.rows == 11
    assert "exports/shop/2024-02.csv was replaced while it was read" in landed.notes[1]


def test_an_object_deleted_in_mid_load_keeps_the_last_whole_load(
    declared: Callable[..., Charter], bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    charter = declared()
    before = fetched(charter)
    bucket.put_object(Bucket="exports", Key="shop/2024-03.csv", Body=csv(3, rows=9))
    opened = Store._opened

    def deleted(self: Store, one: Stored) -> Any:
        bucket.delete_object(Bucket="exports", Key="shop/2024-03.csv")
        return opened(self, one)

    monkeypatch.setattr(Store, "_opened", deleted)
    with pytest.raises(InputError, match=r"2024-03.csv\. Nothing of this load is kept"):
        fetched(charter)
    assert landing(charter).latest() == before
    assert all(path.is_file() for path in landing(charter).paths(before))


def test_a_store_that_asks_to_slow_down_is_asked_again_after_a_wait(
    declared: Callable[..., Charter], busy: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = list[float]()
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 2)  # by itself; five times else
    monkeypatch.setattr(fetch_module, "time", SimpleNamespace(sleep=waits.append))
    busy[:] = ["GET /exports/shop/2024-01.csv"] * 3
    landed = fetched(declared("s3://exports/shop/2024-01.csv"))
    assert (landed.rows, landed.requests, landed.retried) == (3, 2, {"busy": 1})
    assert waits == [0.5]
    monkeypatch.setattr(fetch_module, "ATTEMPTS", 1)
    busy[:] = ["GET /exports/shop/2024-02.csv"] * 99
    with pytest.raises(InputError, match=r"too busy: .*reduce your request rate"):
        fetched(declared("s3://exports/shop/2024-02.csv"))


def test_bytes_that_are_not_those_of_the_store_are_never_kept(
    declared: Callable[..., Charter], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Store.listed
    monkeypatch.setattr(fetch_module, "FIRST_WAIT", 0.0)
    wrong = Stored("exports/shop/2024-01.csv", len(csv(1)), "0" * 32, "0" * 32)
    monkeypatch.setattr(Store, "listed", lambda self: [wrong])
    monkeypatch.setattr(Stored, "of", lambda key, told: wrong)
    with pytest.raises(InputError, match=r"arrives damaged each time: the MD5 of exports/shop/2024-01.csv"):
        fetched(declared())
    monkeypatch.setattr(Store, "listed", listed)


@pytest.mark.parametrize(
    ("path", "secret", "said", "remedy"),
    [
        (
            "s3://no-such-bucket/a*.csv",
            "env:STORE_LOGIN",
            "There is no bucket for s3://no-such-bucket",
            "name",
        ),
        ("s3://exports/shop/2025-*.csv", "env:STORE_LOGIN", "No object matches", "exports/shop/2024-01.csv"),
        ("s3://exports/shop/", "env:STORE_LOGIN", "No object matches", "exports/shop/2024-01.csv"),
        ("s3://exports/shop/2024-09.csv", "env:STORE_LOGIN", "is not there", "Ask the shop team"),
        ("s3://exports/shop/*.csv", "env:NO_COLON", "is no login for object storage", "ACCESS_KEY_ID:"),
        ("s3://exports/shop/*.csv", "", "There is no login", "AWS_ACCESS_KEY_ID"),
        ("nosuch://exports/a.csv", "", "Nothing reads paths such as nosuch://", "fsspec"),
        ("memory://exports/a.csv", "env:STORE_LOGIN", "only for s3://", "environment"),
    ],
)
def test_what_cannot_be_fetched_is_said_with_the_way_out(
    declared: Callable[..., Charter],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    secret: str,
    said: str,
    remedy: str,
) -> None:
    monkeypatch.setenv("NO_COLON", "zebraquartz")
    with pytest.raises(InputError) as raised:
        fetched(declared(path, secret))
    assert said in raised.value.message
    assert remedy in raised.value.remedy
    assert raised.value.__context__ is None or secret == ""
    assert "zebraquartz" not in json.dumps(raised.value.as_json())


def test_a_store_that_denies_or_does_not_answer_is_told(
    declared: Callable[..., Charter], endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def let_pass(of: bytes) -> None:
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", of, plain, method="POST")
        urllib.request.urlopen(request).close()

    let_pass(b"0")
    try:
        with pytest.raises(InputError, match="does not let source orders read") as raised:
            fetched(declared())
        assert KEY not in str(raised.value)
    finally:
        let_pass(b"Infinity")
    charter = charter_of(
        tmp_path, 'path = "s3://exports/*"', 'endpoint = "http://127.0.0.1:1"', 'secret = "env:STORE_LOGIN"'
    )
    with pytest.raises(InputError, match="No store answers"):
        fetched(charter)


def test_a_missing_package_is_named(
    declared: Callable[..., Charter], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import fsspec

    def without(scheme: str) -> None:
        raise ImportError("Install s3fs to access S3", name="s3fs")

    charter = declared()
    monkeypatch.setattr(fsspec, "get_filesystem_class", without)
    with pytest.raises(MissingExtra, match="s3fs"):
        fetched(charter)
    with pytest.raises(InputError, match="need another package: Install s3fs"):
        fetched(charter_of(tmp_path, 'path = "gs://exports/a.csv"'))


def test_other_stores_that_fsspec_knows_are_read_too(tmp_path: Path) -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/exports/a.csv", csv(1))
    memory.pipe("/exports/b.csv", csv(2))
    charter = charter_of(tmp_path, 'path = "memory://exports/*.csv"')
    assert fetched(charter).rows == 6


def test_an_object_without_an_ending_is_read_as_text(declared: Callable[..., Charter], bucket: Any) -> None:
    bucket.put_object(Bucket="exports", Key="shop/latest", Body=csv(1))
    landed = fetched(declared("s3://exports/shop/latest"))
    assert (landed.rows, landed.notes) == (3, ("1 object, 0 of them unchanged or here already.",))
