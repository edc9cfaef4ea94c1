"""An error that tells people to install an extra names one that exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_extra_that_is_named_exists() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.py")]
    text = "\n".join(page.read_text() for page in pages)
    named = set(re.findall(r'MissingExtra\("[\w-]+", "(\w+)"\)', text))
    named |= set(re.findall(r"airworthy\[(\w+)\]", text))
    assert named
    assert named <= set(declared)
