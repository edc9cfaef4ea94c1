"""The keys of `[[sinks]]`; see `airworthy.charter.keys`."""

from __future__ import annotations

from airworthy.charter import connecting, delivering
from airworthy.charter.key import Key, Kind, Table

SINK_DATABASE = Table(
    "database",
    delivering.SinkDatabase,
    (
        Key("url", Kind.TEXT, '"postgresql+psycopg://writer@db.example/shop"'),
        Key("table", Kind.TEXT, '"sales.scores"'),
    ),
)
SINK_FILE = Table("file", delivering.SinkFile, (Key("path", Kind.TEXT, '"out/scores_{date}.csv"'),))
SINK_API = Table(
    "api",
    delivering.SinkApi,
    (
        Key("url", Kind.TEXT, '"https://crm.example/v2/scores"'),
        Key("batch", Kind.WHOLE, "100", low=1, high=100_000),
        Key("method", Kind.CHOICE, '"PUT"', choices=tuple(delivering.Method)),
        Key("rows_at", Kind.TEXT, '"scores"'),
        Key("rate", Kind.TEXT, '"5/s"'),
        Key("refused_at", Kind.TEXT, '"refused"'),
        Key("place_at", Kind.TEXT, '"place"'),
        Key("id_at", Kind.TEXT, '"customer_id"'),
        Key("reason_at", Kind.TEXT, '"error.message"'),
        Key("again_at", Kind.TEXT, '"again"'),
        Key("read_url", Kind.TEXT, '"https://crm.example/v2/scores/{key}"'),
        Key("read_at", Kind.TEXT, '"data"'),
        Key("delete_url", Kind.TEXT, '"https://crm.example/v2/sandbox/scores/{key}"'),
        Key("key_header", Kind.TEXT, '"Idempotency-Key"'),
        Key("row_key", Kind.TEXT, '"idempotency_key"'),
        Key("auth", Kind.CHOICE, '"header"', choices=tuple(connecting.Auth)),
        Key("auth_header", Kind.TEXT, '"X-Api-Key"'),
        Key("timeout", Kind.DURATION, '"30s"'),
        Key("retries", Kind.WHOLE, "6", low=1, high=100),
        Key("min_wait", Kind.DURATION, '"500ms"'),
        Key("max_wait", Kind.DURATION, '"1m"'),
    ),
)
SINKS = Table(
    "sinks",
    delivering.Sink,
    (
        Key("name", Kind.TEXT, '"crm"'),
        Key("key", Kind.PAIRS, '{ customer_id = "CustomerNumber" }'),
        Key("columns", Kind.COLUMN_WORDS, '{ probability = "Score", decision = "Call" }'),
        Key("owner", Kind.TEXT, '"Sales operations"'),
        Key("secret", Kind.TEXT, '"env:CRM_TOKEN"'),
        Key("sandbox", Kind.TEXT, '"https://crm.example/v2/sandbox/scores"'),
        Key("sandbox_keys", Kind.TEXTS, '["TEST-1", "TEST-2"]'),
        Key("digits", Kind.WHOLE, "4", low=0, high=15),
        Key("expires", Kind.DURATION, '"7d"'),
    ),
    tables=(SINK_DATABASE, SINK_FILE, SINK_API),
    many=True,
)
