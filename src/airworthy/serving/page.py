"""The plain page at `/`: what this server is, and a request to copy."""

from __future__ import annotations

from html import escape

import msgspec

from airworthy.scoring.decision import REVIEW, without_review
from airworthy.serving.lists import ListPredictor, example_user
from airworthy.serving.openapi import example_row
from airworthy.serving.predictor import FALLBACK, Predictor

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name} {version}</title>
<style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;
margin:3rem auto;padding:0 1rem}}pre{{overflow:auto;padding:1rem;border:1px solid #8886;border-radius:6px}}
</style></head><body>
"""
_PAGE = """<h1>{name}</h1>
<p>Version <b>{version}</b>, {state}. It decides: {decisions}.</p>
<h2>Ask it</h2>
<pre>curl -s {url}/v1/predict -H 'content-type: application/json' -d '{example}'</pre>
<p>Add <code>?reasons=true</code> to see what moved the score. Send a list to predict many rows.</p>
<h2>Tell it what happened</h2>
<pre>curl -s {url}/v1/outcomes -H 'content-type: application/json' \\
  -d '{outcome}'</pre>
<p><a href="/openapi.json">OpenAPI</a> · <a href="/metrics">metrics</a> · <a href="/healthz">health</a> ·
<a href="/readyz">readiness</a></p>
</body></html>
"""


_LISTS = """<h1>{name}</h1>
<p>Version <b>{version}</b>, {state}. It gives lists of {k} {item} for each {user}.</p>
<h2>Ask it</h2>
<pre>curl -s {url}/v1/recommend -H 'content-type: application/json' -d '{example}'</pre>
<p>Name a <code>basket</code> of items instead of a user for a list that goes with it.</p>
<p><a href="/openapi.json">OpenAPI</a> · <a href="/metrics">metrics</a> · <a href="/healthz">health</a> ·
<a href="/readyz">readiness</a></p>
</body></html>
"""


def home_page(predictor: Predictor | ListPredictor, url: str) -> bytes:
    """The page as UTF-8 HTML; `url` is how the reader reached it, such as `http://127.0.0.1:8080`."""
    if isinstance(predictor, ListPredictor):
        return _list_page(predictor, url)
    example = msgspec.json.format(msgspec.json.encode(example_row(predictor.decoder)), indent=2).decode()
    classes = predictor.schema.classes
    state = "the model is on"
    if predictor.mode == FALLBACK:
        state = f"the model is off and the fallback rule decides ({predictor.reason or 'no reason given'})"
    outcome = msgspec.json.encode(
        {
            "request_id": "the request_id of the answer",
            "outcome": classes[-1] if classes else 12.5,
            "event_time": "2026-01-31T08:30:00Z",
        }
    ).decode()
    return (
        (_HEAD + _PAGE)
        .format(
            name=escape(predictor.manifest.charter_name),
            version=escape(predictor.version),
            state=escape(state),
            decisions=escape(_decisions(predictor)),
            url=escape(url),
            example=escape(example.replace("'", "'\\''")),
            outcome=escape(outcome.replace("'", "'\\''")),
        )
        .encode()
    )


def _list_page(predictor: ListPredictor, url: str) -> bytes:
    spec, off = predictor.recommender.spec, predictor.mode == FALLBACK
    example = msgspec.json.encode({"user": example_user(predictor), "k": 5, "exclude": []}).decode()
    return (
        (_HEAD + _LISTS)
        .format(
            name=escape(predictor.manifest.charter_name),
            version=escape(predictor.version),
            state="the model is off and all get the most popular items" if off else "the model is on",
            k=spec.k,
            item=escape(spec.item),
            user=escape(spec.user),
            url=escape(url),
            example=escape(example.replace("'", "'\\''")),
        )
        .encode()
    )


def _decisions(predictor: Predictor) -> str:
    rule = predictor.scorer.spec.decision
    asks = () if without_review(rule) == rule else (f"{REVIEW} (a person decides)",)
    return " or ".join((*predictor.scorer.classes, *asks)) or "a number"
