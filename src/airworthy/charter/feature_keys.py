"""The keys of `[features]` in the charter, and of `[[features]]` in a features file."""

from __future__ import annotations

from airworthy.charter import features
from airworthy.charter.key import Key, Kind, Table
from airworthy.scoring.history.definition import Aggregate

FEATURES = Table(
    "features",
    features.FeatureRules,
    (
        Key("files", Kind.TEXTS, '["features.toml"]'),
        Key("use", Kind.TEXTS, '["orders_90d"]'),
    ),
)
FEATURE = Table(
    "features",
    features.Feature,
    (
        Key("name", Kind.TEXT, '"orders_90d"'),
        Key("source", Kind.TEXT, '"orders"'),
        Key("key", Kind.PAIRS, '{ customer_id = "customer" }'),
        Key("aggregate", Kind.CHOICE, '"count"', choices=tuple(Aggregate)),
        Key("column", Kind.COLUMN, '"amount"'),
        Key("of", Kind.TEXT, "\"status = 'returned'\""),
        Key("where", Kind.TEXT, "\"status = 'paid' and amount >= 10\""),
        Key("window", Kind.DURATION, '"90d"'),
        Key("last", Kind.WHOLE, "5", low=1),
        Key("missing", Kind.ANSWER, "0"),
        Key("description", Kind.TEXT, '"Paid orders of the last 90 days"'),
        Key("owner", Kind.TEXT, '"Customer analytics"'),
    ),
    many=True,
    required=True,
)
