"""A charter is read once, whole, and every fault names its line and the way out."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from charter_examples import EVERY, FLIGHTS, MINIMAL, PRICES, SENTIMENT

from airworthy.charter import load_charter, parse_charter
from airworthy.charter.model import Charter, Missing, SplitMethod, Task
from airworthy.kernel.errors import CharterError
from airworthy.kernel.result import Limit
from airworthy.kernel.units import MoneyRange

HERE = Path("airworthy.toml")


def refused(text: str) -> CharterError:
    with pytest.raises(CharterError) as caught:
        parse_charter(text, HERE)
    return caught.value


def line_with(text: str, piece: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if piece in line)


def changed(old: str, new: str, text: str = FLIGHTS) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_units_become_seconds_bytes_and_money() -> None:
    charter = parse_charter(FLIGHTS, HERE)
    assert charter.budget.seconds == 180
    assert charter.budget.memory_bytes == 4 * 2**30
    assert charter.target.matures_after == 2 * 86400
    assert charter.serving.latency_seconds == 0.05
    assert charter.sources[1].known_after == 1200
    assert charter.joins[0].max_age == 3 * 3600
    assert charter.costs.false_positive == MoneyRange(5, 5, "EUR")
    assert charter.costs.false_negative == MoneyRange(80, 200, "EUR")
    assert charter.budget.currency == "EUR"  # taken over from the costs


def test_every_table_is_read() -> None:
    charter = parse_charter(FLIGHTS, HERE)
    assert charter.task is Task.BINARY
    assert charter.target.missing is Missing.POSITIVE
    assert charter.split.method is SplitMethod.TIME
    assert charter.split.validation == 0.25
    assert charter.joins[0].on == (("origin", "origin"),)
    assert charter.joins[1].on == (("dest", "faa"),)
    assert charter.joins[0].columns == ("wind_speed", "visib")
    assert charter.joins[0].prefix == "w_"
    assert [person.name for person in charter.people_with("approver")] == ["Ada", "Grace"]
    assert charter.checks.required == ("PER001", "SRV001")
    assert charter.checks.limits["PER001"] == Limit(0.65, None, "airworthy.toml: checks.limits.PER001")
    assert charter.serving.fallback is not None
    assert charter.serving.fallback.at_least == 30
    assert charter.data.types == {"flight": "identifier"}
    assert charter.glossary["dest"] == "airport of arrival"
    assert charter.units == {"w_visib": "miles"}


def test_what_nobody_declared_keeps_its_documented_default() -> None:
    charter = parse_charter(MINIMAL, HERE)
    assert charter.costs.currency is None
    assert charter.costs.false_positive is None
    assert charter.checks.required is None
    assert charter.promotion.approvals == 1
    assert not charter.people


def test_matrix_and_unit_costs_are_read() -> None:
    assert parse_charter(SENTIMENT, HERE).costs.matrix == {
        ("negative", "neutral"): 1.0,
        ("negative", "positive"): 4.0,
        ("positive", "neutral"): 1.0,
        ("positive", "negative"): 2.5,
    }
    prices = parse_charter(PRICES, HERE)
    assert prices.costs.under == MoneyRange(0.2, 0.4, "USD")
    assert prices.serving.fallback is not None
    assert prices.serving.fallback.decision == 180000.0


def test_a_class_written_as_a_number_is_a_text() -> None:
    text = MINIMAL + "positive = 1\n[serving.fallback]\ndecision = 0\n"
    charter = parse_charter(text, HERE)
    assert charter.target.positive == "1"
    assert charter.serving.fallback is not None
    assert charter.serving.fallback.decision == "0"


@pytest.mark.parametrize("name", sorted(EVERY))
def test_the_digest_ignores_layout_and_sees_values(name: str) -> None:
    text = EVERY[name]
    charter = parse_charter(text, HERE)
    relaid = parse_charter("# another comment\r\n\r\n" + text.replace("\n", "\r\n"), Path("elsewhere.toml"))
    assert charter.digest == relaid.digest
    assert charter.digest.startswith("sha256:")
    other = parse_charter(
        text.replace("purpose = ", "seed = 11\npurpose = ", 1).replace("seed = 7\n", ""), HERE
    )
    assert other.digest != charter.digest


def test_a_float_and_its_text_have_different_digests() -> None:
    one = parse_charter(MINIMAL + "positive = 1\n", HERE)
    text = parse_charter(MINIMAL + 'positive = "1"\n', HERE)
    assert one.target == text.target
    assert one.digest != text.digest


# (what is changed, into what, a piece of the line that is named, words of the message or remedy)
FAULTS = {
    "unknown top key": ('kpi = "comp', 'kpl = "comp', "kpl", 'Did you mean "kpi"?'),
    "unknown table": ("[fairness]", "[fairnes]", "[fairnes]", 'Did you mean "fairness"?'),
    "unknown key": ("max_gap = 0.1", "maxgap = 0.1", "maxgap", 'Did you mean "max_gap"?'),
    "key of another table": ("persistence = 2", "sealed = 2", "sealed = 2", "sealed belongs under [split]"),
    "wrong case": ("rows = 336776", "Rows = 336776", "Rows", 'Did you mean "rows"?'),
    "duration without unit": ('time = "3m"', "time = 3", "time = 3", "has no unit"),
    "unknown unit": ('max_age = "3h"', 'max_age = "3 moons"', "moons", "is not a duration"),
    "size as number": ('memory = "4GiB"', "memory = 4", "memory = 4", "is not a size"),
    "wrong size": ('memory = "4GiB"', 'memory = "4 gigs"', "gigs", "is not a size"),
    "bands that fall": ("max_gap = 0.1", "bands = { carrier = [40, 25] }", "bands", "do not rise"),
    "bands of words": ("max_gap = 0.1", 'bands = { carrier = ["old"] }', "bands", "is no number"),
    "reference nobody protects": (
        "max_gap = 0.1",
        'reference = { carier = "AA" }',
        "reference",
        'Did you mean "carrier"?',
    ),
    "percent as share": ("max_gap = 0.1", "max_gap = 10", "max_gap = 10", "For 10 % write 0.1"),
    "negative share": ("max_gap = 0.1", "max_gap = -0.1", "max_gap", "shares lie from 0 to 1"),
    "empty seal": ("sealed = 0.2", "sealed = 0.0", "sealed", "leaves a part empty"),
    "negative cost": ("false_positive = 5", "false_positive = -5", "false_positive", "is negative"),
    "upside-down range": ("[80, 200]", "[200, 80]", "false_negative", "Write [80, 200]"),
    "infinite cost": ("false_positive = 5", "false_positive = inf", "false_positive", "expected amount"),
    "three-part range": ("[80, 200]", "[80, 100, 200]", "false_negative", "is no range"),
    "text for a list": ('entity = ["tailnum"]', 'entity = "tailnum"', "entity", "list of column names"),
    "number in a list": ('"dep_time", "dep_delay"', '"dep_time", 3', "dep_time", "found 3"),
    "twice in a list": ('"dep_time", "dep_delay"', '"dep_time", "dep_time"', "dep_time", "stands twice"),
    "text for a flag": ("as_of = true", 'as_of = "yes"', "as_of", "expected true or false"),
    "text for a number": ("above = 30", 'above = "30"', "above", "expected number"),
    "fraction of a row": ("rows = 336776", "rows = 1.5", "rows = 1.5", "expected whole number"),
    "zero windows": ("persistence = 2", "persistence = 0", "persistence", "below 1"),
    "unknown task": ('task = "binary"', 'task = "binry"', "task =", 'Did you mean "binary"?'),
    "unknown role": ('["approver", "owner"]', '["aprover"]', "aprover", 'Did you mean "approver"?'),
    "no role": ('["approver", "owner"]', "[]", "roles = []", "the list is empty"),
    "unknown type": ('"identifier"', '"id"', "types", "is not known here"),
    "short public key": ("d75a9801", "d75a", "public_key", "64 hex digits"),
    "bad hash": ("rows = 336776", 'sha256 = "abc"', "sha256", "64 hex digits"),
    "unknown zone": ("America/New_York", "America/NewYork", "zone", 'Did you mean "America/New_York"?'),
    "bad currency": ('currency = "EUR"', 'currency = "euro"', "currency", "three capitals"),
    "bad check code": ('"SRV001"', '"serving-skew"', "required", "is no check code"),
    "bad limit key": ("{ low = 0.65 }", "{ min = 0.65 }", "PER001 =", 'unknown key "min"'),
    "limit as number": ("{ low = 0.65 }", "0.65", "PER001 =", "is no limit"),
    "upside-down limit": ("low = -0.1, high", "low = 0.2, high", "FAI001", "Exchange the two"),
    "join to nowhere": ('source = "weather"', 'source = "wether"', "wether", 'Did you mean "weather"?'),
    "join to main": ('source = "airports"', 'source = "flights"', 'source = "flights"', "main source"),
    "empty on": ('on = ["origin"]', "on = []", "on = []", "list of columns"),
    "as-of without age": ('max_age = "3h"\n', "", "as_of", "has no max_age"),
    "as-of without event time": ('event_time = "observed"\nknown_after = "20m"\n', "", "as_of", "event_time"),
    "age without as-of": ("as_of = true\n", "", "max_age", "only with as_of"),
    "double source": ('name = "airports"', 'name = "weather"', 'name = "weather"', "stands twice"),
    "double person": ('name = "Grace"', 'name = "Ada"', 'name = "Ada"', "stands twice"),
    "too many approvals": ("approvals = 2", "approvals = 3", "approvals = 3", "2 have the role approver"),
    "above and positive": ("above = 30", 'above = 30\npositive = "x"', "positive", "Keep one"),
    "time split, no time": ('decision_time = "time_hour"\n', "", "method =", "when each row is decided"),
    "entity split, no entity": (
        'entity = ["tailnum"]\nexclude = ["year"]',
        'exclude = ["year"]\n[extra]',
        "[extra]",
        'unknown key "extra"',
    ),
    "cost of another task": ("false_positive = 5", "over = 5", "over = 5", "for a regression task"),
    "half a fallback": ("at_least = 30\n", "", "[serving.fallback]", "also needs at_least"),
    "missing column of target": ('column = "arr_delay"\n', "", "[target]", "column is missing in target"),
    "table as value": ("[promotion]\napprovals = 2", 'promotion = "Ada"', "promotion", "unknown key"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_names_its_line_and_the_way_out(name: str) -> None:
    old, new, piece, words = FAULTS[name]
    text = FLIGHTS.replace(old, new)
    assert text != FLIGHTS
    error = refused(text)
    assert words in str(error), str(error)
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if piece in line]
    assert any(f"line {number}:" in str(error) for number in numbers), str(error)
    assert error.remedy
    assert error.line is not None
    assert error.code == "bad-charter"
    assert error.exit_code == 2


def test_all_faults_are_told_at_once_in_line_order() -> None:
    text = FLIGHTS.replace("sealed = 0.2", "sealed = 20").replace("latency =", "latncy =")
    text = text.replace('kpi = "', 'kpl = "')
    error = refused(text)
    assert "3 faults" in error.message
    order = [error.message.index(piece) for piece in ("kpl", "split.sealed", "latncy")]
    assert order == sorted(order)
    assert error.line == line_with(text, "kpl")


def test_an_element_of_a_long_list_has_its_own_line() -> None:
    text = changed('"visib",', "5,")
    assert refused(text).line == line_with(text, "  5,")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name = \n", 1),
        ('name = "a"\nname = "b"\n', 2),
        ("name = 'a'\n[target\n", 2),
        ('name = "a\n', 1),
        ("a = [1,\n2\n", 3),
        ("\n\n= 3\n", 3),
    ],
)
def test_broken_toml_names_a_line(text: str, line: int) -> None:
    error = refused(text)
    assert "not TOML" in error.message
    assert error.line == line, error.message


def test_a_newer_format_is_one_clear_fault() -> None:
    error = refused('format = 2\nfuture = "yes"\n')
    assert "format 2 is newer" in error.message
    assert error.line == 1
    assert "future" not in error.message


def test_an_empty_file_says_what_is_needed() -> None:
    message = str(refused(""))
    for word in ("name is missing", "purpose", "task", "[[sources]]", "[target]"):
        assert word in message


def test_an_entity_split_needs_an_entity() -> None:
    assert "what repeats" in str(refused(MINIMAL + '[split]\nmethod = "entity"\n'))


def test_rows_in_order_may_be_split_by_time_without_a_date() -> None:
    text = MINIMAL + '[data]\norder_by = ["period"]\n[split]\nmethod = "time"\n'
    assert parse_charter(text, HERE).data.order_by == ("period",)


def test_costs_need_a_currency() -> None:
    assert "no currency" in str(refused(MINIMAL + "[costs]\nfalse_positive = 3\n"))


def test_a_regression_answers_with_a_number() -> None:
    text = PRICES.replace("decision = 180000", 'decision = "much"')
    assert "answers with a number" in str(refused(text))


def test_a_source_that_is_never_joined_is_a_fault() -> None:
    text = MINIMAL.replace("[target]", '[[sources]]\nname = "more"\npath = "more.csv"\n\n[target]')
    error = refused(text)
    assert "never joined" in error.message
    assert error.line == line_with(text, "[[sources]]") + 4


def test_files_that_cannot_be_read_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CharterError, match="no charter at"):
        load_charter(tmp_path / "airworthy.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "Zürich"\n'.encode("latin-1"))
    with pytest.raises(CharterError, match="not UTF-8"):
        load_charter(latin)
    with pytest.raises(CharterError, match="cannot be read"):
        load_charter(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "airworthy.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FLIGHTS.replace("\n", "\r\n").encode())
    charter = load_charter(path)
    assert isinstance(charter, Charter)
    assert charter.path == path
    assert charter.digest == parse_charter(FLIGHTS, HERE).digest


def test_faults_print_as_one_json_document() -> None:
    document = refused(changed("sealed = 0.2", "sealed = 20")).as_json()["error"]
    assert isinstance(document, dict)
    assert document["code"] == "bad-charter"
    assert set(document) == {"code", "message", "value", "remedy"}


def test_nothing_in_a_hostile_file_raises_anything_but_a_charter_error() -> None:
    values = ["1", "true", '"x"', "[]", "{}", "[1]", "{a = 1}", "1979-05-27", "nan", "-1", '""', "[[1]]"]
    lines = [line for line in FLIGHTS.split("\n") if " = " in line and not line.startswith(" ")]
    for line in lines:
        for value in values:
            text = FLIGHTS.replace(line, f"{line.split(' = ')[0]} = {value}", 1)
            assert _line_of_refusal(text) != 0, textwrap.shorten(text, 200)


def _line_of_refusal(text: str) -> int | None:
    """None when the charter is accepted, 0 when it is refused without a line."""
    try:
        parse_charter(text, HERE)
    except CharterError as error:
        return error.line or 0
    return None


def test_shares_of_a_population_must_add_up_to_one() -> None:
    text = MINIMAL + "\n[population]\nshares = { region = { north = 0.4, south = 0.3 } }\n"
    with pytest.raises(CharterError, match=r"the shares of region add up to 0\.7, not to 1"):
        parse_charter(text, Path("airworthy.toml"))
    charter = parse_charter(text.replace("0.3", "0.6"), Path("airworthy.toml"))
    assert charter.population.shares == {"region": {"north": 0.4, "south": 0.6}}


def test_a_gap_in_money_needs_a_currency_and_groups_are_read_whole() -> None:
    fairness = (
        '[fairness]\nprotected = ["age"]\nbands = { age = [25, 40.5] }\nreference = { age = "under 25" }\n'
    )
    rules = parse_charter(MINIMAL + fairness, HERE).fairness
    assert (rules.bands, rules.reference) == ({"age": (25.0, 40.5)}, {"age": "under 25"})
    assert "no currency is declared" in str(refused(MINIMAL + fairness + "max_cost_gap = 5\n"))
