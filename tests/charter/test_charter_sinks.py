"""What `[[sinks]]` may say, and what it is told when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter.delivering import Method
from airworthy.charter.model import Charter
from airworthy.charter.parse import parse_charter
from airworthy.kernel.errors import CharterError

HEAD = """
name = "churn"
purpose = "Choose whom to call"
task = "binary"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "churned"
[[sinks]]
name = "crm"
key = { customer = "Number" }
columns = { probability = "Score", decision = "Call" }
"""
TABLE = '[sinks.database]\nurl = "sqlite:///crm.db"\ntable = "scores"\n'


def read(text: str) -> Charter:
    return parse_charter(text, Path("airworthy.toml"))


def faults(text: str) -> str:
    with pytest.raises(CharterError) as caught:
        read(text)
    return str(caught.value)


def test_a_sink_says_where_its_rows_go_and_what_they_are_called_there() -> None:
    (sink,) = read(HEAD + TABLE).sinks
    assert (sink.kind, sink.key, sink.columns["probability"]) == (
        "database",
        (("customer", "Number"),),
        "Score",
    )
    assert sink.database is not None
    assert sink.database.table == "scores"


def test_an_interface_has_its_own_batch_method_and_rate() -> None:
    text = (
        HEAD + '[sinks.api]\nurl = "https://crm.example/scores"\nbatch = 50\nmethod = "PUT"\nrate = "30/m"\n'
    )
    api = read(text).sinks[0].api
    assert api is not None
    assert (api.batch, api.method, api.rate, api.min_wait) == (50, Method.PUT, "30/m", 0.5)


def test_a_sink_without_a_place_and_one_with_two_are_refused() -> None:
    assert "no place to deliver to" in faults(HEAD)
    assert "several places: database, file" in faults(HEAD + TABLE + '[sinks.file]\npath = "out.csv"\n')


def test_a_name_that_is_no_folder_is_refused() -> None:
    assert "cannot name a sink" in faults(HEAD.replace('name = "crm"', 'name = "../crm"') + TABLE)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    told = faults(HEAD + TABLE.replace("sqlite:///crm.db", "postgresql://ann:hunter2@db/crm"))
    assert "holds a password" in told
    assert "hunter2" not in told


def test_a_secret_in_the_charter_is_refused_and_not_repeated() -> None:
    told = faults(HEAD + 'secret = "tok-1234567"\n' + TABLE)
    assert "does not say where the secret is kept" in told
    assert "tok-1234567" not in told


def test_what_is_delivered_has_known_names_that_fit_the_task() -> None:
    assert 'Did you mean "decision"' in faults(HEAD.replace("decision =", "decison =") + TABLE)
    assert "prediction is not what a binary task" in faults(
        HEAD.replace("decision =", "prediction =") + TABLE
    )
    assert '"Score" is written twice' in faults(HEAD.replace('"Call"', '"Score"') + TABLE)


def test_expiry_that_nobody_declared_cannot_be_delivered() -> None:
    assert "when a score is stale" in faults(HEAD.replace("decision =", "expires =") + TABLE)


def test_files_have_an_ending_that_is_written_and_braces_that_mean_something() -> None:
    assert "has an ending that is not written" in faults(HEAD + '[sinks.file]\npath = "out.txt"\n')
    assert "braces that mean nothing" in faults(HEAD + '[sinks.file]\npath = "out_{day}.csv"\n')


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('rate = "fast"', "no number of requests"),
        ('read_url = "https://crm.example/scores"', "no {keys}, {key} or {page}"),
        ('max_wait = "100ms"', "max_wait is shorter"),
    ],
)
def test_an_interface_says_how_it_may_be_asked(line: str, said: str) -> None:
    assert said in faults(HEAD + f'[sinks.api]\nurl = "https://crm.example/scores"\n{line}\n')
