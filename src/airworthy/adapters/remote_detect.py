"""Finds out how a server of models wants to be spoken to, by asking it; no row is sent for that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from airworthy.adapters.remote_channel import Channel, Reply, ServerFailed
from airworthy.adapters.remote_formats import AirworthyServer, Format, MlflowRecords, MlflowServer, Records
from airworthy.adapters.remote_kserve import OpenInference
from airworthy.kernel.errors import InputError

PREDICT, INVOCATIONS = "/v1/predict", "/invocations"
_MODEL = re.compile(r"(?P<model>.*/v2/models/[^/]+(/versions/[^/]+)?)(/infer)?")
_VERSION = re.compile(rb"\s*\"?\d+\.\d+[\w.]*\"?\s*")


def find_format(channel: Channel, said: str | None, answer: str | None) -> Format:
    """The format of the server at the channel's address.

    Parameters
    ----------
    said : its name, where the user knows it.
    answer : the key or output that holds the score, where there are several.

    Raises
    ------
    InputError : `said` is no format.
    ServerFailed : nothing that answers there is known, or the server cannot be reached.
    """
    if said is not None:
        if said not in FORMATS:
            raise InputError(
                f"{said!r} is no format of a server.", value=said, remedy=f"Say one of: {', '.join(FORMATS)}."
            )
        return FORMATS[said](channel, answer)
    for ask in (_airworthy_if, _mlflow_if, _kserve_if):
        if (found := ask(channel, answer)) is not None:
            return found
    raise ServerFailed(
        f"What answers at {channel.address} is none of Airworthy, MLflow and KServe.",
        value=str(channel.address),
        remedy="If it takes a JSON list of records and answers with a list of scores, say --format records.",
    )


def _airworthy_if(channel: Channel, answer: str | None) -> Format | None:
    base = channel.address.path.removesuffix(PREDICT)
    document = _object(channel.get(f"{base}/openapi.json"))
    paths = document.get("paths")
    if not isinstance(paths, Mapping) or PREDICT not in paths:
        return None
    return AirworthyServer.of(base + PREDICT, document)


def _airworthy(channel: Channel, answer: str | None) -> Format:
    found = _airworthy_if(channel, answer)
    if found is None:
        raise ServerFailed(
            f"{channel.address} has no contract of Airworthy (openapi.json with {PREDICT}).",
            value=str(channel.address),
            remedy="Name the address of `airworthy serve`, or another --format.",
        )
    return found


def _mlflow_if(channel: Channel, answer: str | None) -> Format | None:
    base = channel.address.path.removesuffix(INVOCATIONS)
    if base != channel.address.path:
        return _mlflow(channel, answer)
    if channel.get(f"{base}/ping").status != 200:
        return None
    version = channel.get(f"{base}/version")
    return _mlflow(channel, answer) if version.status == 200 and _VERSION.fullmatch(version.body) else None


def _mlflow(channel: Channel, answer: str | None) -> Format:
    return MlflowServer(channel.address.path.removesuffix(INVOCATIONS) + INVOCATIONS, answer)


def _mlflow_records(channel: Channel, answer: str | None) -> Format:
    return MlflowRecords(channel.address.path.removesuffix(INVOCATIONS) + INVOCATIONS, answer)


def _kserve_if(channel: Channel, answer: str | None) -> Format | None:
    path = channel.address.path
    if _MODEL.fullmatch(path):
        return _kserve(channel, answer)
    base = path.removesuffix("/v2")
    if channel.get(f"{base}/v2/health/ready").status != 200:
        return None
    raise ServerFailed(
        f"{channel.address} serves several models by the Open Inference Protocol.",
        value=str(channel.address),
        remedy=f"Name one: {channel.address.origin}{base}/v2/models/NAME",
    )


def _kserve(channel: Channel, answer: str | None) -> Format:
    path = channel.address.path
    found = _MODEL.fullmatch(path)
    model = found["model"] if found else path
    reply = channel.get(model)
    if reply.status != 200:
        raise ServerFailed(
            f"{channel.address.origin}{model} answers {reply.status}, not with the metadata of a model.",
            value=reply.status,
            remedy="Name the model: https://host/v2/models/NAME. If it wants to know who asks: --header-from",
        )
    return OpenInference.of(model, reply.document(), answer)


def _records(channel: Channel, answer: str | None) -> Format:
    return Records(channel.address.path or "/", answer)


def _object(reply: Reply) -> Mapping[str, object]:
    """The JSON object of a good reply; empty where it is none, for then another kind of server answers."""
    if reply.status != 200:
        return {}
    try:
        document = reply.document()
    except ServerFailed:
        return {}
    return document if isinstance(document, dict) else {}


FORMATS: Mapping[str, Callable[[Channel, str | None], Format]] = {
    "airworthy": _airworthy,
    "mlflow": _mlflow,
    "mlflow-records": _mlflow_records,
    "kserve": _kserve,
    "records": _records,
}
