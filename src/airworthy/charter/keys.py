"""The one table of charter keys: the parser, the JSON Schema and the charter page are all driven by it.

A key's default and meaning are those of its dataclass field in `airworthy.charter.model` (the field's
comment is its documentation); here stand its TOML name, its kind and an example.
"""

from __future__ import annotations

from collections.abc import Iterator

from airworthy.charter import changing, connecting, linking, model, private
from airworthy.charter.delivering_keys import SINKS
from airworthy.charter.feature_keys import FEATURES
from airworthy.charter.key import Key, Kind, Table
from airworthy.scoring.contract import LogicalType

ROLES = ("author", "approver", "owner", "expert", "compliance")

DATABASE = Table(
    "database",
    connecting.Database,
    (
        Key("url", Kind.TEXT, '"postgresql+psycopg://reader@db.example/shop"'),
        Key("table", Kind.TEXT, '"sales.orders"'),
        Key("query", Kind.TEXT, '"select id, amount from orders"'),
        Key("key", Kind.COLUMNS, '["id"]'),
        Key("cursor", Kind.COLUMN, '"updated_at"'),
    ),
)
API = Table(
    "api",
    connecting.Api,
    (
        Key("url", Kind.TEXT, '"https://crm.example/v2/contacts"'),
        Key("pages", Kind.CHOICE, '"cursor"', choices=tuple(connecting.Pages)),
        Key("key", Kind.COLUMNS, '["id"]'),
        Key("rows_at", Kind.TEXT, '"data.items"'),
        Key("next_at", Kind.TEXT, '"paging.next"'),
        Key("total_at", Kind.TEXT, '"paging.total"'),
        Key("page_parameter", Kind.TEXT, '"after"'),
        Key("size_parameter", Kind.TEXT, '"limit"'),
        Key("page_size", Kind.WHOLE, "100", low=1),
        Key("changed_at", Kind.COLUMN, '"updated_at"'),
        Key("since_parameter", Kind.TEXT, '"updated_since"'),
        Key("auth", Kind.CHOICE, '"bearer"', choices=tuple(connecting.Auth)),
        Key("auth_header", Kind.TEXT, '"X-Api-Key"'),
        Key("parameters", Kind.COLUMN_WORDS, '{ status = "all" }'),
        Key("timeout", Kind.DURATION, '"30s"'),
        Key("retries", Kind.WHOLE, "8", low=1),
        Key("min_wait", Kind.DURATION, '"500ms"'),
        Key("max_wait", Kind.DURATION, '"2m"'),
        Key("deadline", Kind.DURATION, '"1h"'),
    ),
)
SOURCES = Table(
    "sources",
    model.Source,
    (
        Key("name", Kind.TEXT, '"flights"'),
        Key("path", Kind.TEXT, '"data/flights.csv"'),
        Key("sheet", Kind.TEXT, '"2013"'),
        Key("event_time", Kind.COLUMN, '"observed_at"'),
        Key("known_after", Kind.DURATION, '"20m"'),
        Key("zone", Kind.TEXT, '"America/New_York"'),
        Key("rows", Kind.WHOLE, "336776", low=0),
        Key("sha256", Kind.TEXT, '"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'),
        Key("owner", Kind.TEXT, '"Network planning"'),
        Key("purpose", Kind.TEXT, '"service improvement"'),
        Key("legal_basis", Kind.TEXT, '"contract with the carrier"'),
        Key("secret", Kind.TEXT, '"env:CRM_TOKEN"'),
        Key("endpoint", Kind.TEXT, '"https://storage.example"'),
        Key("max_quarantined", Kind.SHARE, "0.01"),
        Key("rename", Kind.COLUMN_WORDS, '{ account_id = "customer_no" }'),
    ),
    tables=(DATABASE, API),
    many=True,
    required=True,
)
LINK = Table(
    "link",
    linking.Link,
    (
        Key("same", Kind.PAIRS, '{ name = "customer" }'),
        Key("leave_out", Kind.COLUMNS, '["notes"]'),
        Key("least", Kind.SHARE, "0.9"),
        Key("many", Kind.FLAG, "true"),
        Key("answers", Kind.TEXT, '"links-answers.csv"'),
        Key("probability", Kind.FLAG, "true"),
    ),
)
JOINS = Table(
    "joins",
    model.Join,
    (
        Key("source", Kind.TEXT, '"weather"'),
        Key("on", Kind.PAIRS, '{ dep_airport = "faa" }'),
        Key("as_of", Kind.FLAG, "true"),
        Key("max_age", Kind.DURATION, '"3h"'),
        Key("columns", Kind.COLUMNS, '["wind_speed", "visib"]'),
        Key("prefix", Kind.TEXT, '"weather_"'),
        Key("rule", Kind.RULE, """["remove prefix 'C-'", "pad to 8"]"""),
        Key("rule_time", Kind.COLUMN, '"ordered_at"'),
    ),
    tables=(LINK,),
    many=True,
)
TARGET = Table(
    "target",
    model.Target,
    (
        Key("column", Kind.COLUMN, '"Churn"'),
        Key("above", Kind.NUMBER, "30"),
        Key("positive", Kind.LABEL, '"Yes"'),
        Key("missing", Kind.CHOICE, '"leave-out"', choices=tuple(model.Missing)),
        Key("matures_after", Kind.DURATION, '"2d"'),
    ),
)
DATA = Table(
    "data",
    model.DataRules,
    (
        Key("decision_time", Kind.COLUMN, '"scheduled_departure"'),
        Key("order_by", Kind.COLUMNS, '["year", "month", "day"]'),
        Key("entity", Kind.COLUMNS, '["customer_id"]'),
        Key("exclude", Kind.COLUMNS, '["row_number"]'),
        Key("after_decision", Kind.COLUMNS, '["departure_delay"]'),
        Key("at_decision", Kind.COLUMNS, '["room_light"]'),
        Key("types", Kind.TYPES, '{ postcode = "category" }', choices=tuple(LogicalType)),
    ),
)
SPLIT = Table(
    "split",
    model.Split,
    (
        Key("method", Kind.CHOICE, '"time"', choices=tuple(model.SplitMethod)),
        Key("sealed", Kind.SHARE, "0.2"),
        Key("validation", Kind.SHARE, "0.2"),
        Key("max_openings", Kind.WHOLE, "3", low=1),
    ),
)
COSTS = Table(
    "costs",
    model.Costs,
    (
        Key("currency", Kind.TEXT, '"EUR"'),
        Key("false_positive", Kind.MONEY, "5"),
        Key("false_negative", Kind.MONEY, "[80, 200]"),
        Key("false_positive_column", Kind.COLUMN, '"order_value"'),
        Key("false_positive_share", Kind.NUMBER, "0.05", low=0),
        Key("false_positive_missing", Kind.NUMBER, "40", low=0),
        Key("false_negative_column", Kind.COLUMN, '"amount"'),
        Key("false_negative_share", Kind.NUMBER, "0.8", low=0),
        Key("false_negative_missing", Kind.NUMBER, "120", low=0),
        Key("matrix", Kind.COSTS, "{ negative = { neutral = 1, positive = 4 } }"),
        Key("over", Kind.MONEY, "0.1"),
        Key("under", Kind.MONEY, "[0.2, 0.4]"),
    ),
)
DECISION = Table(
    "decision",
    model.DecisionRules,
    (
        Key("capacity", Kind.WHOLE, "200", low=1),
        Key("per", Kind.DURATION, '"1d"'),
        Key("per_rows", Kind.WHOLE, "5000", low=1),
        Key("volume", Kind.TEXT, '"30000/mo"'),
        Key("review_cost", Kind.MONEY, '"4 USD"'),
        Key("review_error", Kind.SHARE, "0.05"),
        Key("review_capacity", Kind.WHOLE, "50", low=1),
        Key("present", Kind.TEXT, '"amount >= 1000"'),
        Key("interval", Kind.SHARE, "0.9"),
    ),
)
SEARCH = Table(
    "search",
    model.SearchRules,
    (
        Key("prefer", Kind.CHOICE, '"simple"', choices=tuple(model.Preference)),
        Key("learners", Kind.CHOICES, '["linear", "lightgbm"]', choices=tuple(model.LearnerKind)),
        Key("readable", Kind.FLAG, "true"),
        Key("monotone", Kind.DIRECTIONS, '{ tenure = "down" }', choices=tuple(model.Direction)),
        Key("interactions", Kind.SETS, '[["age", "income"]]'),
        Key("max_latency", Kind.DURATION, '"2ms"'),
        Key("max_size", Kind.SIZE, '"5MB"'),
    ),
)
BUDGET = Table(
    "budget",
    model.BudgetRules,
    (
        Key("time", Kind.DURATION, '"3m"', field="seconds"),
        Key("rate_per_hour", Kind.NUMBER, "0.4", low=0),
        Key("currency", Kind.TEXT, '"EUR"'),
        Key("memory", Kind.SIZE, '"4GiB"', field="memory_bytes"),
        Key("machine", Kind.TEXT, '"aws p3.2xlarge us-east-1"'),
        Key("region", Kind.TEXT, '"DE"'),
        Key("max_cost", Kind.AMOUNT, '"50 USD"'),
        Key("max_energy", Kind.ENERGY, '"2kWh"', field="max_kwh"),
        Key("monthly", Kind.AMOUNT, '"400 USD"'),
    ),
)
FORECAST = Table(
    "forecast",
    model.ForecastRules,
    (
        Key("horizon", Kind.TEXT, '"12mo"'),
        Key("every", Kind.TEXT, '"1mo"'),
        Key("season", Kind.WHOLE, "12", low=1),
        Key("series", Kind.COLUMNS, '["State", "Industry"]'),
        Key("known_ahead", Kind.COLUMNS, '["price"]'),
    ),
)
RANKING = Table(
    "ranking",
    model.RankingRules,
    (
        Key("user", Kind.COLUMN, '"customer_id"'),
        Key("item", Kind.COLUMN, '"article"'),
        Key("time", Kind.COLUMN, '"bought_at"'),
        Key("weight", Kind.COLUMN, '"quantity"'),
        Key("k", Kind.WHOLE, "10", low=1, high=1000),
        Key("repeats", Kind.FLAG, "false"),
    ),
)
OUTLOOK = Table(
    "outlook",
    model.OutlookRules,
    (
        Key("sites", Kind.COLUMNS, '["hospital"]'),
        Key("regimes", Kind.DATES, '{ "sign-up flow" = 2025-03-01 }'),
        Key("label_cost", Kind.AMOUNT, '"0.40 EUR"'),
    ),
)
PEOPLE = Table(
    "people",
    model.Person,
    (
        Key("name", Kind.TEXT, '"Ada Lovelace"'),
        Key("roles", Kind.CHOICES, '["approver"]', choices=ROLES),
        Key("public_key", Kind.TEXT, '"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"'),
    ),
    many=True,
)
FAIRNESS = Table(
    "fairness",
    model.Fairness,
    (
        Key("protected", Kind.COLUMNS, '["gender", "age"]'),
        Key("reference", Kind.COLUMN_WORDS, '{ gender = "m" }'),
        Key("bands", Kind.BANDS, "{ age = [25, 40, 65] }"),
        Key("max_gap", Kind.SHARE, "0.1"),
        Key("max_cost_gap", Kind.NUMBER, "5", low=0),
        Key("selection", Kind.CHOICE, '"burden"', choices=tuple(model.Selection)),
        Key("max_swap", Kind.SHARE, "0.05"),
        Key("min_rows", Kind.WHOLE, "100", low=1),
        Key("use_as_input", Kind.FLAG, "false"),
        Key("mitigate", Kind.CHOICES, '["reductions", "thresholds"]', choices=tuple(model.Remedy)),
        Key("measure", Kind.CHOICE, '"true-positive-rate"', choices=tuple(model.GapMeasure)),
    ),
)
PRIVACY = Table(
    "privacy",
    private.PrivacyRules,
    (
        Key("epsilon", Kind.NUMBER, "1.0"),
        Key("delta", Kind.NUMBER, "1e-6"),
        Key("total_epsilon", Kind.NUMBER, "4.0"),
        Key("unit", Kind.COLUMN, '"patient"'),
        Key("rows_per_unit", Kind.WHOLE, "3", low=1, high=1000),
        Key("bounds", Kind.BANDS, "{ age = [17, 90], hours = [1, 99] }"),
        Key("categories", Kind.LISTS, '{ sex = ["female", "male"] }'),
        Key("missing", Kind.COLUMNS, '["cholesterol"]'),
    ),
)
POPULATION = Table(
    "population",
    model.Population,
    (
        Key("source", Kind.TEXT, '"data/customers_2024.csv"'),
        Key("shares", Kind.SHARES, "{ region = { north = 0.4, south = 0.6 } }"),
    ),
)
CHANGE = Table(
    "columns",
    changing.ColumnChange,
    (
        Key("may", Kind.CHOICE, '"up"', choices=tuple(changing.Move)),
        Key("low", Kind.NUMBER, "0"),
        Key("high", Kind.NUMBER, "10000"),
        Key("step", Kind.NUMBER, "100", low=0),
        Key("to", Kind.TEXTS, '["monthly", "yearly"]'),
        Key("price", Kind.TEXT, '"20 EUR per 100"'),
        Key("hard", Kind.NUMBER, "2", low=0),
    ),
    by_column=True,
)
CHANGES = Table(
    "changes",
    changing.Changes,
    (
        Key("relations", Kind.TEXTS, '["total = net + tax", "used <= limit"]'),
        Key("max_broken", Kind.SHARE, "0.01"),
        Key("one_of", Kind.SETS, '[["pays_card", "pays_cash"]]'),
    ),
    tables=(CHANGE,),
)
FALLBACK = Table(
    "fallback",
    model.Fallback,
    (
        Key("decision", Kind.ANSWER, '"late"'),
        Key("column", Kind.COLUMN, '"wind_speed"'),
        Key("at_least", Kind.NUMBER, "30"),
        Key("otherwise", Kind.ANSWER, '"on time"'),
    ),
)
SERVING = Table(
    "serving",
    model.ServingRules,
    (
        Key("latency", Kind.DURATION, '"50ms"', field="latency_seconds"),
        Key("throughput", Kind.NUMBER, "5000", low=0),
        Key("memory", Kind.SIZE, '"500MB"', field="memory_bytes"),
        Key("size", Kind.SIZE, '"20MB"', field="size_bytes"),
        Key("energy", Kind.ENERGY, '"1Wh"', field="energy_kwh"),
    ),
    tables=(FALLBACK,),
)
MONITORING = Table(
    "monitoring",
    model.MonitoringRules,
    (
        Key("window", Kind.DURATION, '"1d"'),
        Key("persistence", Kind.WHOLE, "2", low=1),
        Key("min_rows", Kind.WHOLE, "200", low=1),
    ),
)
PROMOTION = Table("promotion", model.Promotion, (Key("approvals", Kind.WHOLE, "2", low=1),))
CHECKS = Table(
    "checks",
    model.CheckRules,
    (
        Key("required", Kind.TEXTS, '["PER001", "SRV001"]'),
        Key("limits", Kind.LIMITS, "{ PER001 = { low = 0.7 } }"),
    ),
)
CHARTER = Table(
    "",
    model.Charter,
    (
        Key("format", Kind.WHOLE, "1", low=1),
        Key("name", Kind.TEXT, '"churn"'),
        Key("purpose", Kind.TEXT, '"Choose which customers receive a call before they leave"'),
        Key("kpi", Kind.TEXT, '"monthly churn rate"'),
        Key("task", Kind.CHOICE, '"binary"', choices=tuple(model.Task)),
        Key("seed", Kind.WHOLE, "0", low=0, high=2**53 - 1),
        Key("glossary", Kind.COLUMN_WORDS, '{ tenure = "months as a customer" }'),
        Key("units", Kind.COLUMN_WORDS, '{ distance = "miles" }'),
    ),
    tables=(
        SOURCES,
        JOINS,
        FEATURES,
        TARGET,
        DATA,
        SPLIT,
        COSTS,
        DECISION,
        SEARCH,
        BUDGET,
        FORECAST,
        RANKING,
        OUTLOOK,
        PEOPLE,
        FAIRNESS,
        PRIVACY,
        POPULATION,
        CHANGES,
        SERVING,
        MONITORING,
        PROMOTION,
        CHECKS,
        SINKS,
    ),
)


def every_table(root: Table = CHARTER, prefix: str = "") -> Iterator[tuple[str, Table]]:
    """Dotted name and table, parents first."""
    called = "COLUMN" if root.by_column else root.name
    name = f"{prefix}.{called}".lstrip(".") if called else prefix
    yield name, root
    for table in root.tables:
        yield from every_table(table, name)
