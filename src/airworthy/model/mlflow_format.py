"""The artefact as an MLflow model directory, written by hand: any MLflow client can load it, no pickle in it.

Format: MLflow 3 `MLmodel`, flavor `python_function` with `mlflow.pyfunc.loaders.code_model` (models from
code). MLflow is not needed to write it, and nothing in it depends on clock, host, path or chance.
"""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from airworthy.kernel.atomic import write_atomic
from airworthy.scoring.contract import Column, LogicalType
from airworthy.scoring.costs import besides_names
from airworthy.scoring.coverage import interval_of
from airworthy.scoring.spec import Averaged, Boosted, ScorerSpec, bare, parts

CODE = "airworthy_pyfunc.py"
EXAMPLE = "input_example.json"
FORMAT_VERSION = "3.0.0"
"""The MLflow whose format this is, not one that was installed."""

_TYPES = {
    LogicalType.REAL: "double",
    LogicalType.MONEY: "double",
    # Whole numbers come as int64, or as double where one is missing: MLflow's "long" refuses the second,
    # its "double" the first.
    LogicalType.INTEGER: "any",
    LogicalType.FLAG: "any",
    LogicalType.INSTANT: "datetime",
    LogicalType.DAY: "datetime",
}

# Read by MLflow, never imported here: MLflow is not installed where models are trained.
_LOADER = '''"""Loaded by MLflow (models from code): scores with Airworthy, from the files beside this one."""

from pathlib import Path

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class AirworthyModel(PythonModel):
    """Probabilities (or a prediction) and the decision of each row."""

    def __init__(self):
        self._scorer = None

    def load_context(self, context):
        from airworthy.scoring import Scorer

        self._scorer = Scorer.load(Path(__file__).resolve().parent)

    def predict(self, context, model_input, params=None):
        import pandas
        from airworthy.model.mlflow_rows import columns_of_pandas

        scorer = self._scorer
        columns = columns_of_pandas(model_input, scorer.contract, scorer.besides)
        scores = scorer.score_columns(columns)
        if scores.probability is None:
            answer = {"prediction": scores.prediction, "decision": scores.decision}
            if scores.interval is not None:
                answer |= {"interval_low": scores.interval[:, 0], "interval_high": scores.interval[:, 1]}
        else:
            names = [f"probability_{name}" for name in self._scorer.classes]
            answer = dict(zip(names, scores.probability.T)) | {"decision": scores.decision}
        return pandas.DataFrame(answer, index=model_input.index)


set_model(AirworthyModel())
'''


def write_mlflow_files(folder: Path, spec: ScorerSpec, example: dict[str, object], charter: str) -> None:
    """Write everything but `scorer.json`, weights and `manifest.json` into `folder`.

    Parameters
    ----------
    example
        One typed row; it becomes the input example.
    charter
        Digest of the charter, for the metadata.
    """
    requirements = _requirements(spec)
    environment = {
        "python": platform.python_version(),
        "build_dependencies": ["pip"],
        "dependencies": ["-r requirements.txt"],
    }
    names = [column.name for column in spec.contract.inputs]
    split = {"columns": names, "data": [[_plain(example.get(name)) for name in names]]}
    files = {
        CODE: _LOADER,
        EXAMPLE: json.dumps(split, ensure_ascii=False, indent=1) + "\n",
        "requirements.txt": "".join(f"{line}\n" for line in requirements),
        "python_env.yaml": _yaml(environment),
        "MLmodel": _yaml(_model(spec, charter)),
    }
    for name, text in files.items():
        write_atomic(folder / name, text.encode("utf-8"))


def _model(spec: ScorerSpec, charter: str) -> dict[str, object]:
    names = besides_names(spec)
    besides = [column for column in spec.contract.columns if column.name in names]
    besides = [column for column in besides if column not in spec.contract.inputs]
    return {
        "flavors": {
            "python_function": {
                "env": {"virtualenv": "python_env.yaml"},
                "loader_module": "mlflow.pyfunc.loaders.code_model",
                "model_code_path": CODE,
                "python_version": platform.python_version(),
                "streamable": False,
            }
        },
        "metadata": {
            "airworthy": {
                "charter": charter,
                "format": spec.format,
                "task": spec.task,
                "version": version("airworthy"),
            }
        },
        "mlflow_version": FORMAT_VERSION,
        "saved_input_example_info": {
            "artifact_path": EXAMPLE,
            "pandas_orient": "split",
            "type": "dataframe",
        },
        "signature": {
            "inputs": json.dumps(
                [_input(column) for column in spec.contract.inputs] + [_besides(column) for column in besides]
            ),
            "outputs": json.dumps(_outputs(spec)),
            "params": None,
        },
    }


def _input(column: Column) -> dict[str, object]:
    return {"type": _TYPES.get(column.type, "string"), "name": column.name, "required": not column.nullable}


def _besides(column: Column) -> dict[str, object]:
    """A clock or an amount: the model answers without it, as the charter says."""
    return {**_input(column), "required": False}


def _outputs(spec: ScorerSpec) -> list[dict[str, object]]:
    if spec.task == "regression":
        names, decision = ["prediction"], "double"
    else:
        names, decision = [f"probability_{name}" for name in spec.contract.classes], "string"
    found: list[dict[str, object]] = [{"type": "double", "name": name, "required": True} for name in names]
    found.append({"type": decision, "name": "decision", "required": True})
    if interval_of(spec.decision) is not None:
        bounds = ("interval_low", "interval_high")
        found += [{"type": "double", "name": name, "required": True} for name in bounds]
    return found


def _requirements(spec: ScorerSpec) -> list[str]:
    needed = ["airworthy", "msgspec", "numpy"]
    learners = [bare(member.learner) for member in parts(spec.learner, len(spec.features))]
    if any(isinstance(learner, Boosted | Averaged) for learner in learners):
        needed.append("lightgbm")
    return [f"{name}=={version(name)}" for name in sorted(needed)]


def _plain(value: object) -> object:
    """JSON of a typed value; times as ISO 8601 text in UTC without a zone, the only one MLflow reads."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _yaml(value: object) -> str:
    """JSON is YAML 1.2, and MLflow's parser reads it; nothing is left to quoting rules."""
    return json.dumps(value, ensure_ascii=True, indent=1) + "\n"
