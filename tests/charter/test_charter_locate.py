"""Lines are found in every shape that TOML allows."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.charter.locate import line_of, locate_keys

TEXT = '''\
a = 1 # x = [ {
"b c" = """
[not.a.table]
d = 2
"""
e = [
  1, # two ]
  "]",
  { f = 3, g = "}" },
]
h.i.j = 4
[[t]]
k = 1
[t.sub]
l = 1
[[t]]
k = 2
[t.sub]
l = 2
[[t.deep]]
m = 'a''
[z."q.r"]
n = 1979-05-27T07:32:00Z
'''.replace("'a''", "'a'")


def test_keys_tables_elements_and_strings_have_their_lines() -> None:
    tomllib.loads(TEXT)
    lines = locate_keys(TEXT)
    expected = {
        ("a",): 1,
        ("b c",): 2,
        ("e",): 6,
        ("e", 0): 7,
        ("e", 1): 8,
        ("e", 2): 9,
        ("e", 2, "g"): 9,
        ("h", "i", "j"): 11,
        ("t", 0): 12,
        ("t", 0, "k"): 13,
        ("t", 0, "sub", "l"): 15,
        ("t", 1): 16,
        ("t", 1, "k"): 17,
        ("t", 1, "sub"): 18,
        ("t", 1, "sub", "l"): 19,
        ("t", 1, "deep", 0): 20,
        ("t", 1, "deep", 0, "m"): 21,
        ("z", "q.r"): 22,
        ("z", "q.r", "n"): 23,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert ("d",) not in lines


def test_an_unknown_path_takes_the_line_of_what_is_around_it() -> None:
    assert line_of(locate_keys("a = 1\n[b]\nc = 2\n"), ("b", "missing", 3)) == 2
    assert line_of({}, ("b",)) is None


_KEYS = st.text("ab1_-", min_size=1, max_size=3)
_STRINGS = st.text("ab]}\"'#=\n[{,\\", max_size=6).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
)
_VALUES = st.recursive(
    st.one_of(st.integers(0, 9).map(str), _STRINGS, st.just("true")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n ".join(items) + "]"),
        st.dictionaries(_KEYS, inner, max_size=2).map(
            lambda table: "{" + ", ".join(f"{k} = {v}" for k, v in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=5))
def test_every_key_of_a_generated_file_is_found_where_it_was_written(table: dict[str, str]) -> None:
    text, expected = "", {}
    for name, value in table.items():
        expected[(name,)] = text.count("\n") + 1
        text += f"{name} = {value} # comment\n"
    # Inline tables may not span lines in TOML 1.0: such files are not ours to locate.
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = locate_keys(text)
    assert {path: line for path, line in lines.items() if len(path) == 1} == expected
