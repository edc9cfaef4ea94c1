"""Draw the README's pictures from a demo: `airworthy demo --json > demo.json`, then this with its folder.

python scripts/make_pictures.py airworthy-demo demo.json
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from airworthy.workspace.demo.flights import PEOPLE
from airworthy.workspace.demo.summary import print_summary

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PAPER = TerminalTheme(
    (251, 250, 246),
    (24, 30, 42),
    [
        (24, 30, 42),
        (176, 32, 32),
        (0, 110, 80),
        (140, 90, 0),
        (28, 78, 130),
        (130, 40, 130),
        (0, 110, 130),
        (90, 90, 90),
    ],
)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>body{{margin:0;padding:18px 22px;background:#fbfaf6;
color:#181e2a}}pre{{font:15px/1.32 "DejaVu Sans Mono",monospace;margin:0}}</style><pre>{code}</pre>"""


def main(workspace: Path, summary: Path) -> None:
    """Write `dossier.png` and `demo.png`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    document = json.loads(summary.read_text(encoding="utf-8"))
    shoot(workspace / ".airworthy" / "dossiers" / f"{document['version']}.html", "dossier.png", 1280, 1240)
    document["dossier"] = f"{workspace.name}/.airworthy/dossiers/{document['version']}.html"
    console = Console(record=True, width=100, force_terminal=True, file=io.StringIO())
    print_summary(console, document, workspace.name, list(PEOPLE)[1])
    code = console.export_html(theme=PAPER, inline_styles=True, code_format="{code}")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "demo.html"
        page.write_text(PAGE.format(code=code), encoding="utf-8")
        shoot(page, "demo.png", 960, 40 + 20 * code.count("\n"))


def shoot(page: Path, name: str, width: int, height: int) -> None:
    """Photograph a page in headless Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed.")
    arguments = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]
    arguments += [
        f"--window-size={width},{height}",
        f"--screenshot={PICTURES / name}",
        page.resolve().as_uri(),
    ]
    subprocess.run([chromium, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
