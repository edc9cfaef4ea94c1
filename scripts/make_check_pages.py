"""Write `docs/checks`: one page a check and the index, the same texts that `airworthy explain` prints."""

from __future__ import annotations

import sys
from pathlib import Path

from airworthy.workspace.pages import all_checks, check_text, index_text

FOLDER = Path(__file__).parents[1] / "docs" / "checks"


def pages() -> dict[str, str]:
    """File name and content of every generated page."""
    made = {f"{check.code}.md": check_text(check.code)["text"] for check in all_checks()}
    return {"README.md": index_text(), **made}


def main() -> None:
    """Write the pages and remove those of checks that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(made)} pages in docs/checks\n")


if __name__ == "__main__":
    main()
