"""Models trained once for all tests of this folder."""

from __future__ import annotations

import pytest
from model_worlds import problem

from airworthy.charter.model import ROW_TASKS
from airworthy.kernel.budget import Budget
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, Trained, train

SOME = ("linear", "lightgbm-6", "additive")


@pytest.fixture(scope="session", params=ROW_TASKS, ids=str)
def trained(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Problem, Trained]:
    """A problem of each task with all logical types, and what training made of it."""
    given = problem(request.param)
    folder = tmp_path_factory.mktemp(str(request.param))
    return given, train(given, folder, Budget(600), QuietProgress(), threads=1, replay=SOME)
