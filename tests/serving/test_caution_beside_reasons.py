"""Reasons that did not pass their tests say so in every answer that carries them."""

from __future__ import annotations

from pathlib import Path

import msgspec
from serving_world import ROW, open_client, release

from airworthy.release.manifest import Pointer, write_pointer

CAUTION = "The first reasons change when the values move by a hundredth of their spread."


def test_an_answer_with_reasons_carries_the_caution_of_its_version(tmp_path: Path) -> None:
    manifest = msgspec.structs.replace(release(tmp_path), caution=CAUTION)
    write_pointer(tmp_path, Pointer(manifest=manifest))
    client = open_client(tmp_path)
    assert client.predict(ROW, "/v1/predict?reasons=true").json()["caution"] == CAUTION
    assert "caution" not in client.predict(ROW).json()


def test_reasons_that_passed_carry_no_caution(tmp_path: Path) -> None:
    release(tmp_path)
    assert "caution" not in open_client(tmp_path).predict(ROW, "/v1/predict?reasons=true").json()
