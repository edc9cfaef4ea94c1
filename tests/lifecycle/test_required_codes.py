"""A charter that requires what no gate can wait for is refused before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.kernel.errors import InputError
from airworthy.workspace import Workspace

CHARTER = """\
name = "churn"
purpose = "Choose whom to call"
task = "binary"

[[sources]]
name = "rows"
path = "rows.csv"

[target]
column = "y"
positive = "1"

[checks]
required = ["PER001", "DAT001"]
"""


def test_a_data_check_cannot_be_required_and_the_error_names_those_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(tmp_path / "config"))
    (tmp_path / "airworthy.toml").write_text(CHARTER)
    (tmp_path / "rows.csv").write_text("x,y\n1,0\n2,1\n")
    with Workspace.open(tmp_path) as workspace, pytest.raises(InputError) as refused:
        workspace.run()
    assert refused.value.value == "DAT001"
    assert "PER001" in refused.value.remedy
    assert "DAT001" not in refused.value.remedy
