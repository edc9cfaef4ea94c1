"""What `[[sinks]]` must say of where scores go, and what must never stand there."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import urlsplit

from airworthy.charter.connect_rules import SECRET
from airworthy.charter.delivering import FILE_KINDS, GIVEN, PLACES, Sink, SinkApi, per_second
from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, Task
from airworthy.charter.problems import Problems, did_you_mean, listed

_NAME = re.compile(r"\w[\w-]*")


def check_sinks(charter: Charter, problems: Problems) -> None:
    """File what is wrong with where scores go."""
    names = [sink.name for sink in charter.sinks]
    for index, sink in enumerate(charter.sinks):
        at: Path = ("sinks", index)
        if sink.name in names[:index]:
            message = f'sinks: "{sink.name}" stands twice.'
            problems.add((*at, "name"), message, sink.name, "Give each its own name.")
        if not _NAME.fullmatch(sink.name):
            message = f'"{sink.name}" cannot name a sink: a folder is called so.'
            problems.add((*at, "name"), message, sink.name, "Write letters, digits, - and _.")
        _place(sink, at, problems)
        _sandbox(sink, at, problems)
        _secret(sink, at, problems)
        _columns(sink, charter.task, at, problems)
        if sink.file is not None:
            _file(sink, at, problems)
        if sink.api is not None:
            _api(sink, sink.api, at, problems)


def _place(sink: Sink, at: Path, problems: Problems) -> None:
    given = [name for name in ("database", "file", "api") if getattr(sink, name)]
    if len(given) != 1:
        said = "no place to deliver to" if not given else f"several places: {', '.join(given)}"
        remedy = "Write one table below it: [sinks.database], [sinks.file] or [sinks.api]."
        problems.add(at, f"sink {sink.name} has {said}.", sink.name, remedy)


def _sandbox(sink: Sink, at: Path, problems: Problems) -> None:
    real = (sink.database and sink.database.table, sink.file and sink.file.path, sink.api and sink.api.url)
    if sink.sandbox is not None and sink.sandbox in real:
        message = f"the sandbox of {sink.name} is the real target."
        problems.add((*at, "sandbox"), message, sink.sandbox, "Name a place where dummy scores do no harm.")


def _secret(sink: Sink, at: Path, problems: Problems) -> None:
    if sink.secret is not None and not SECRET.fullmatch(sink.secret):
        # What stands there may be the secret itself: it is not repeated.
        problems.add(
            (*at, "secret"),
            f"secret of {sink.name} does not say where the secret is kept.",
            "(not shown)",
            'Write "env:NAME" or "keyring:SERVICE/USER", where it is kept; never the secret itself.',
        )
    for where, address in _addresses(sink):
        if _password(address):
            problems.add(
                (*at, *where),
                f"the address of {sink.name} holds a password.",
                "(not shown)",
                'Take it out, change it, and name where it is kept: secret = "env:NAME" in [[sinks]].',
            )


def _addresses(sink: Sink) -> list[tuple[Path, str]]:
    """Every address of a sink, and the key that it stands under."""
    found: list[tuple[Path, str]] = [(("sandbox",), sink.sandbox)] if sink.sandbox else []
    if sink.database is not None:
        found.append((("database", "url"), sink.database.url))
    for name in ("url", "read_url", "delete_url"):
        if address := getattr(sink.api, name, None):
            found.append((("api", name), address))
    return found


def _password(address: str) -> bool:
    try:
        return "://" in address and bool(urlsplit(address).password)
    except ValueError:
        return False  # whoever opens it says what is wrong with the address


def _columns(sink: Sink, task: Task, at: Path, problems: Problems) -> None:
    if not sink.key:
        message = f"key of {sink.name} names no column, so no row could be found again."
        problems.add((*at, "key"), message, "[]", 'Write for example key = ["customer_id"].')
    if not sink.columns:
        remedy = 'Write for example columns = { decision = "Call" }.'
        problems.add((*at, "columns"), f"{sink.name} is given nothing.", "{}", remedy)
    for ours in sink.columns:
        if ours not in GIVEN:
            message = f'"{ours}" is nothing that is delivered.'
            remedy = did_you_mean(ours, GIVEN, f"There are: {listed(GIVEN, 10)}.")
            problems.add((*at, "columns", ours), message, ours, remedy)
    theirs = [*(name for _, name in sink.key), *sink.columns.values()]
    for name in sorted({name for name in theirs if theirs.count(name) > 1}):
        problems.add(
            (*at, "columns"), f'"{name}" is written twice in {sink.name}.', name, "Name each column once."
        )
    unfit, fit = ("probability", "prediction") if task is Task.REGRESSION else ("prediction", "probability")
    if unfit in sink.columns:
        message = f"{unfit} is not what a {task} task answers with."
        problems.add((*at, "columns", unfit), message, unfit, f"Write {fit}.")
    if "expires" in sink.columns and sink.expires is None:
        message = f"{sink.name} is given expires, and nobody said when a score is stale."
        problems.add((*at, "expires"), message, None, 'Write for example expires = "7d".')


def _file(sink: Sink, at: Path, problems: Problems) -> None:
    paths = {("file", "path"): sink.file.path if sink.file else "", ("sandbox",): sink.sandbox or ""}
    for where, path in paths.items():
        if path and PurePath(path).suffix.lower() not in FILE_KINDS:
            message = f"{path} has an ending that is not written."
            problems.add((*at, *where), message, path, f"End it in {listed(FILE_KINDS)}.")
        bare = path
        for known in PLACES:
            bare = bare.replace(known, "")
        if "{" in bare or "}" in bare:
            remedy = f"Write {' or '.join(PLACES)}, or no braces."
            problems.add((*at, *where), f"{path} holds braces that mean nothing here.", path, remedy)


def _api(sink: Sink, api: SinkApi, at: Path, problems: Problems) -> None:
    for where, address in _addresses(sink):
        if urlsplit(address).scheme not in ("http", "https"):
            message = f"{where[-1]} of an interface starts with http:// or https://."
            problems.add((*at, *where), message, address, "Write its whole address.")
    if api.rate is not None:
        try:
            per_second(api.rate)
        except ValueError:
            message = f'"{api.rate}" is no number of requests in a time.'
            problems.add((*at, "api", "rate"), message, api.rate, 'Write for example rate = "5/s".')
    if api.read_url is not None and not any(word in api.read_url for word in ("{key}", "{keys}", "{page}")):
        message = "read_url has no {keys}, {key} or {page}, so no row could be asked for."
        problems.add((*at, "api", "read_url"), message, api.read_url, "Write it into the address.")
    if api.max_wait < api.min_wait:
        message = "max_wait is shorter than min_wait."
        problems.add((*at, "api", "max_wait"), message, api.max_wait, "Write a longer one.")
