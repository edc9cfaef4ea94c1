"""Nothing that a person may use is without its page, and no generated page is stale."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from airworthy.charter.keys import every_table
from airworthy.workspace.pages import all_checks, check_text

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SECTIONS = ("Why it matters", "Limit", "How the verdict is made", "What to do", "Example", "References")


def script(name: str) -> ModuleType:
    """A script of the `scripts` folder as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_check_has_its_page_and_no_page_is_stale() -> None:
    made = script("make_check_pages").pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "checks").glob("*.md")}
    stale = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
    assert not stale, f"run `make pages`: {', '.join(stale)}"
    assert {f"{check.code}.md" for check in all_checks()} | {"README.md"} == set(found)


def test_explain_prints_the_page() -> None:
    for check in all_checks():
        assert check_text(check.code)["text"] == (DOCS / "checks" / f"{check.code}.md").read_text()


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.code)
def test_a_page_says_everything_that_a_reader_needs(check: object) -> None:
    page = (DOCS / "checks" / f"{check.code}.md").read_text()  # type: ignore[attr-defined]
    missing = [name for name in SECTIONS if f"\n## {name}\n" not in page]
    assert not missing
    assert re.search(r"\n## What it (finds|measures)\n", page)
    assert re.search(r"\n## How it is (found|measured)\n", page)


def test_the_commands_page_is_what_the_application_says() -> None:
    assert script("make_command_page").page() == (DOCS / "commands.md").read_text(), "run `make pages`"


def test_every_command_and_option_has_its_line() -> None:
    page = (DOCS / "commands.md").read_text()
    for name, command in script("make_command_page").every_command().items():
        section = re.split(rf"(?m)^### `airworthy {name}(?![\w-])", page)[1].split("\n### ")[0]
        assert command.help, f"{name} has no help text"
        for parameter in command.params:
            assert parameter.help or parameter.name == "help", f"{name} {parameter.name} has no help text"
            if parameter.name != "help" and parameter.opts[0].startswith("-"):
                assert all(f"`{option}`" in section for option in parameter.opts)


def test_every_command_that_prints_json_stands_on_the_json_page() -> None:
    page = (DOCS / "json.md").read_text()
    for name, command in script("make_command_page").every_command().items():
        if any("--json" in parameter.opts for parameter in command.params):
            assert re.search(rf"(?m)^## .*`{name}`", page), f"docs/json.md does not describe {name}"


def test_every_environment_variable_is_documented() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"\bAIRWORTHY_[A-Z_]+\b", sources))
    page = (DOCS / "commands.md").read_text()
    assert {name for name in used if f"`{name}`" not in page} == set()


def test_every_charter_key_stands_on_the_charter_page() -> None:
    page = (DOCS / "charter.md").read_text()
    for name, table in every_table():
        heading = f"`[[{name}]]`" if table.many else f"`[{name}]`" if name else "Top of the file"
        section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        assert all(f"| `{key.name}` |" in section for key in table.keys)


def pages_of_people() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("page", pages_of_people(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_relative_link_is_dead(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file.read_text()), f"{page.name}: {target}"


def anchors(text: str) -> set[str]:
    """The anchors of a Markdown page's headings."""
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_registry_host_and_no_machine_path_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    if not listed:
        pytest.skip("not a git checkout: there is no list of committed files")
    # Written in pieces, so that this file does not hold what it looks for.
    hosts = ["pypi" + ".org", "python" + "hosted.org", "conda" + ".anaconda.org", "index" + "-url http"]
    paths = ["/wo" + "rk/main", "/wo" + "rk/shared", "/ro" + "ot/", "/tmp" + "/probe", "/ho" + "me/user"]
    wrong = []
    for name in filter(None, listed.split("\0")):
        file = ROOT / name
        if not file.is_file() or file.stat().st_size > 2_000_000:
            continue
        text = file.read_bytes().decode("utf-8", "ignore")
        wrong += [f"{name}: {word}" for word in (*hosts, *paths) if word in text]
    assert not wrong


def test_the_demo_summary_has_the_keys_that_the_json_page_names() -> None:
    story = (ROOT / "src" / "airworthy" / "workspace" / "demo" / "story.py").read_text()
    summary = story.split("def _summary(")[1].split("\n    }\n")[0]
    printed = set(re.findall(r'(?m)^        "([a-z_]+)": ', summary))
    page = (DOCS / "json.md").read_text().split("## `demo`")[1]
    assert printed <= set(re.findall(r"`([a-z_]+)`", page))
    assert printed
