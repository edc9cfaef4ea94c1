"""A rich, made-up evidence document: a model that warns of late flights, with every verdict and every part."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from airworthy.kernel.result import Limit, Measurement, Result, Verdict

CARRIERS = (
    ("UA", 11_820, 742, 391, 1_502),
    ("B6", 11_014, 801, 402, 1_690),
    ("EV", 10_377, 1_120, 455, 2_240),
    ("DL", 9_703, 480, 330, 980),
    ("AA", 6_551, 371, 221, 701),
    ("MQ", 5_240, 402, 190, 811),
    ("HA", 32, 1, 2, 3),
)
LEVEL = 0.95


def measurement(value: float, half: float, unit: str, n: int = 31_204) -> Measurement:
    return Measurement(value, value - half, value + half, unit, n, LEVEL)


def period_chart() -> dict[str, Any]:
    months = [f"2013-{month:02d}-01" for month in range(3, 10)]
    rows = [
        {
            "month": m,
            "auc": 0.70 + 0.02 * math.sin(i),
            "low": 0.68 + 0.02 * math.sin(i),
            "high": 0.72 + 0.02 * math.sin(i),
        }
        for i, m in enumerate(months)
    ]
    x = {"field": "month", "type": "temporal", "title": "month"}
    return {
        "title": "AUC by month",
        "data": {"values": rows},
        "layer": [
            {
                "mark": "area",
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative", "title": "AUC"},
                    "y2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "line", "point": True},
                "encoding": {"x": x, "y": {"field": "auc", "type": "quantitative"}},
            },
            {"mark": "rule", "encoding": {"y": {"datum": 0.65}}},
        ],
    }


def calibration_chart() -> dict[str, Any]:
    bins = [(0.05, 0.03), (0.12, 0.09), (0.21, 0.15), (0.33, 0.24), (0.46, 0.35), (0.62, 0.5)]
    rows = [
        {"stated": s, "happened": h, "low": h - 0.02 - s / 20, "high": h + 0.02 + s / 20} for s, h in bins
    ]
    x = {"field": "stated", "type": "quantitative", "title": "stated probability"}
    return {
        "title": "Stated and happened",
        "data": {"values": rows},
        "layer": [
            {
                "mark": "errorbar",
                "encoding": {
                    "x": x,
                    "y": {"field": "low", "type": "quantitative", "title": "share that happened"},
                    "y2": {"field": "high"},
                },
            },
            {"mark": "point", "encoding": {"x": x, "y": {"field": "happened", "type": "quantitative"}}},
            {
                "mark": "line",
                "data": {"values": [{"a": 0.0}, {"a": 0.65}]},
                "encoding": {
                    "x": {"field": "a", "type": "quantitative"},
                    "y": {"field": "a", "type": "quantitative"},
                },
            },
        ],
    }


def missing_chart() -> dict[str, Any]:
    shares = {"wind_gust": 0.78, "pressure": 0.11, "tailnum": 0.007, "year of the plane": 0.17}
    return {
        "title": "Missing by column",
        "mark": "bar",
        "data": {"values": [{"column": c, "missing": s} for c, s in shares.items()]},
        "encoding": {
            "y": {"field": "column", "type": "nominal"},
            "x": {"field": "missing", "type": "quantitative", "title": "share missing"},
        },
    }


def heat_chart() -> dict[str, Any]:
    rows = [
        {"day": day, "hour": str(hour), "late": 0.05 + 0.012 * hour + (0.05 if day in ("Thu", "Fri") else 0)}
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        for hour in range(5, 23)
    ]
    return {
        "title": "Late flights by weekday and hour",
        "mark": "rect",
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": "scheduled hour"},
            "y": {"field": "day", "type": "ordinal"},
            "color": {"field": "late", "type": "quantitative"},
        },
    }


def histogram_chart() -> dict[str, Any]:
    values = [{"p": 0.5 + 0.45 * math.sin(i * 0.37) * math.cos(i * 0.011)} for i in range(300)]
    return {
        "title": "Stated probabilities",
        "mark": "bar",
        "data": {"values": values},
        "encoding": {
            "x": {"field": "p", "type": "quantitative", "bin": True, "title": "probability"},
            "y": {"aggregate": "count"},
        },
    }


def group_results() -> list[Result]:
    rows = []
    for carrier, n, tp, fn, _ in CARRIERS:
        gap = fn / (tp + fn) - 0.345
        half = 1.9 / math.sqrt(tp + fn)
        limit = Limit(-0.1, 0.1, "airworthy.toml: fairness.max_gap")
        m = Measurement(gap, gap - half, gap + half, "share", n, 0.9929)
        verdict = limit.judge(m.low, m.high)
        settle = 1_904 if verdict is Verdict.UNSURE else None
        rows.append(
            Result(
                "FAI002",
                "miss-rate-gap",
                f"group:carrier={carrier}",
                verdict,
                f"{carrier} is missed {100 * gap:+.1f} points more often than the other carriers, in {n:,} out-of-fold rows.",
                "Collect more rows, or have a named person waive it." if settle else "",
                required=n >= 100,
                measurement=m,
                limit=limit,
                rows_to_settle=settle,
            )
        )
    return rows


def results() -> list[Result]:
    share, default = "share", "default"
    return [
        Result(
            "PER001",
            "ranking-above-naive",
            "model",
            Verdict.PASS,
            "AUC 0.713 on 31,204 out-of-fold rows; the naive baseline reaches 0.541.",
            "",
            True,
            measurement(0.713, 0.006, "AUC"),
            Limit(low=0.55, source=default),
        ),
        Result(
            "PER003",
            "worth-above-naive",
            "model",
            Verdict.PASS,
            "Decisions save USD 1,190 per 1,000 cases against warning nobody.",
            "",
            True,
            measurement(1_190, 214, "USD per 1,000 cases"),
            Limit(low=0, source=default),
        ),
        Result(
            "CAL001",
            "calibration-gap",
            "model",
            Verdict.FAIL,
            "Stated probabilities are off by 4.1 points on average in 31,204 out-of-fold rows: late flights happen less often than stated.",
            "Recalibrate on newer rows: give newer data and run again.",
            True,
            measurement(0.041, 0.006, share),
            Limit(high=0.03, source=default),
            chart=calibration_chart(),
        ),
        Result(
            "STA001",
            "quality-over-time",
            "model",
            Verdict.UNSURE,
            "AUC fell from 0.721 in March to 0.688 in September; the fall could be chance.",
            "Wait for more months, or have a named person waive it.",
            True,
            Measurement(-0.033, -0.071, 0.004, "AUC", 31_204, LEVEL),
            Limit(low=-0.05, source=default),
            52_110,
            period_chart(),
        ),
        Result(
            "STA002",
            "season-not-seen",
            "period:December",
            Verdict.FAIL,
            "The history holds no December; the model will decide in one.",
            "Bring a full year of rows.",
            False,
            Measurement(0, 0, 0, "rows", 250_450, LEVEL),
            Limit(low=1, source=default),
            chart=heat_chart(),
        ),
        Result(
            "EXP001",
            "feature-importance",
            "model",
            Verdict.PASS,
            "sched_dep_time moves the answers most.",
            "",
            False,
            measurement(0.061, 0.004, "AUC"),
            None,
            chart=histogram_chart(),
        ),
        Result(
            "ROB001",
            "missing-input",
            "model",
            Verdict.PASS,
            "With 10 % of inputs blanked, AUC falls by 0.011.",
            "",
            False,
            measurement(0.011, 0.003, "AUC"),
            Limit(high=0.05, source=default),
        ),
        Result(
            "ROB003",
            "out-of-range",
            "column:<script>alert(1)</script>",
            Verdict.FAIL,
            "Values beyond the training range move 31 % of answers.",
            "Clip it, or reject such requests.",
            False,
            measurement(0.31, 0.02, share, 2_000),
            Limit(high=0.2, source=default),
        ),
        Result(
            "SRV001",
            "serving-skew",
            "scorer",
            Verdict.PASS,
            "0 of 31,204 scores differ between batch and request.",
            "",
            True,
            Measurement(0, 0, 0, "rows", 31_204, LEVEL),
            Limit(high=0, source=default),
        ),
        Result(
            "SRV002",
            "latency",
            "scorer",
            Verdict.NOT_RUN,
            "Not run: the budget was spent before it could start.",
            "Raise the budget and run again.",
            False,
        ),
        Result(
            "ROB009",
            "typos",
            "column:dest",
            Verdict.ERROR,
            "The check broke: ValueError: no text column.",
            "Report it with this message.",
            False,
        ),
        *group_results(),
    ]


def audit() -> list[Result]:
    share = "share"
    found = [
        Result(
            "DAT001",
            "missing-values",
            "column:wind_gust",
            Verdict.FAIL,
            "78 % of wind_gust is missing in 250,450 rows.",
            "Leave the column out: data.exclude.",
            False,
            Measurement(0.78, 0.78, 0.78, share, 250_450, LEVEL),
            Limit(high=0.5, source="default"),
            chart=missing_chart(),
        ),
        Result(
            "DAT010",
            "near-copy-of-target",
            "column:arr_delay",
            Verdict.NOT_APPLICABLE,
            "The column is declared as known after the decision.",
            "",
        ),
    ]
    for column in (
        "carrier",
        "origin",
        "dest",
        "temp",
        "wind_speed",
        "visib",
        "distance",
        "month",
        "hour",
        "plane_year",
    ):
        found.append(
            Result(
                "DAT001",
                "missing-values",
                f"column:{column}",
                Verdict.PASS,
                f"0.4 % of {column} is missing in 250,450 rows.",
                "",
                False,
                Measurement(0.004, 0.004, 0.004, share, 250_450, LEVEL),
                Limit(high=0.5, source="default"),
            )
        )
    return found


def metric(
    value: float, half: float, unit: str, baseline: float | None, higher: bool = True, name: str = "prior"
) -> dict[str, Any]:
    return {
        "value": value,
        "low": value - half,
        "high": value + half,
        "n": 31_204,
        "unit": unit,
        "level": LEVEL,
        "higher_is_better": higher,
        "baseline": baseline,
        "baseline_name": name if baseline is not None else None,
        "rows": "out-of-fold",
    }


def evidence(version: str = "v3", shift: float = 0.0) -> dict[str, Any]:
    """The evidence document alone, as `registry.evidence` gives it."""
    measured = results()
    return {
        "format": 1,
        "version": version,
        "digest": "sha256:" + ("a1b2c3d4" * 8 if version == "v3" else "0f1e2d3c" * 8),
        "task": "binary",
        "charter": {
            "name": "late-arrivals",
            "purpose": "Warn the operations desk, before departure, that a flight will arrive more than 30 minutes late.",
            "kpi": "minutes of missed connections a day",
            "digest": "sha256:" + "77aa" * 16,
            "target": "arr_delay",
            "protected": ["carrier"],
            "min_rows": 100,
            "max_gap": 0.1,
            "people": [
                {"name": "Ana Ruiz", "roles": ["approver", "owner"]},
                {"name": "Ben Cho", "roles": ["approver", "compliance"]},
                {"name": "Mina Okafor", "roles": ["author"]},
                {"name": "Jo Lind", "roles": ["expert"]},
            ],
            "approvals": 2,
            "fallback": {"decision": "Yes", "column": "dep_hour", "at_least": 17, "otherwise": "No"},
            "costs": {"a false alarm": "USD 20", "a missed case": "USD 90 to 150"},
            "currency": "USD",
            "max_openings": 3,
            "monitoring_window": 86_400.0,
            "glossary": {"sched_dep_time": "scheduled departure", "arr_delay": "arrival delay"},
        },
        "plan": [{"code": r.code, "subject": r.subject, "required": r.required} for r in measured],
        "plan_digest": "sha256:" + "5ee5" * 16,
        "dataset": {
            "rows": 313_062,
            "columns": 41,
            "digest": "sha256:" + "d0d0" * 16,
            "development_rows": 250_450,
            "training_rows": 219_246,
            "validation_rows": 31_204,
            "sealed_rows": 62_612,
            "seal_digest": "sha256:" + "5ea1" * 16,
            "split": "by time: the latest fifth is sealed, the last eighth before it is validation",
            "without_outcome": 8_255,
            "sources": [
                {
                    "name": "flights",
                    "path": "flights.csv.zip",
                    "rows": 336_776,
                    "columns": 19,
                    "digest": "sha256:" + "f11e" * 16,
                    "owner": "Operations",
                    "purpose": "planning",
                    "legal_basis": "public record",
                },
                {
                    "name": "weather",
                    "path": "weather.csv",
                    "rows": 26_115,
                    "columns": 15,
                    "digest": "sha256:" + "3ea7" * 16,
                },
            ],
        },
        "audit": [r.as_json() for r in audit()],
        "results": [r.as_json() for r in measured],
        "metrics": {
            "auc": metric(0.713 - shift, 0.006, "AUC", 0.541, name="last matured outcome"),
            "average_precision": metric(0.312, 0.011, "share", 0.148),
            "calibration_error": metric(0.041, 0.006, "share", None, False),
            "accuracy": metric(0.842, 0.004, "share", 0.852),
            "cost_per_1000": metric(6_420, 214, "USD per 1,000 cases", 7_610, False, "nobody selected"),
            "false_alarms_per_1000": metric(91.2, 3.2, "per 1,000", None, False),
            "misses_per_1000": metric(51.4, 2.5, "per 1,000", None, False),
        },
        "decision": {"kind": "threshold", "threshold": 0.1538},
        "groups": [
            {"column": "carrier", "value": c, "tp": tp, "fp": fp, "fn": fn, "tn": n - tp - fp - fn}
            for c, n, tp, fn, fp in CARRIERS
        ],
        "candidates": [
            {
                "name": "lightgbm",
                "learner": "boosted trees",
                "chosen": True,
                "quality": 0.713,
                "seconds": 41.2,
                "latency_us": 38.0,
            },
            {
                "name": "linear",
                "learner": "logistic regression",
                "quality": 0.689,
                "seconds": 12.8,
                "latency_us": 21.0,
            },
            {
                "name": "ebm",
                "learner": "explainable boosting",
                "quality": 0.706,
                "seconds": 58.0,
                "latency_us": 44.0,
                "note": "on 60,000 rows",
            },
        ],
        "explanation": {
            "method": "permutation on out-of-fold rows",
            "features": [
                {"name": n, "importance": v, "low": v * 0.9, "high": v * 1.1}
                for n, v in (
                    ("sched_dep_time", 0.061),
                    ("precip", 0.024),
                    ("dest", 0.019),
                    ("carrier_delay_before", 0.014),
                    ("wind_speed", 0.008),
                    ("visib", 0.006),
                    ("plane_year", 0.002),
                )
            ],
        },
        "expected": {
            "metric": "auc",
            "value": 0.69,
            "low": 0.655,
            "high": 0.724,
            "level": 0.9,
            "random_split": 0.772,
            "periods": [0.71, 0.69, 0.70, 0.672, 0.688],
        },
        "spend": {
            "seconds": 164.2,
            "limit_seconds": 180.0,
            "money": 0.03,
            "currency": "USD",
            "energy_kwh": None,
            "stages": {"prepare": 21.0, "audit": 8.0, "train": 112.0, "assure": 23.2},
        },
        "environment": {
            "python": "3.11.4",
            "machine": "x86_64",
            "cores": 2,
            "packages": {"numpy": "2.4.0", "lightgbm": "4.7.0"},
        },
        "openings": [
            {
                "number": 1,
                "version": "v2",
                "purpose": "promotion to staging",
                "time": "2026-01-03T09:00:00.000000Z",
                "actor": "Mina Okafor",
                "seq": 31,
            }
        ],
        "contract": {
            "format": 1,
            "classes": ["false", "true"],
            "rows": 219_246,
            "columns": [
                {"name": "sched_dep_time", "type": "integer", "low": 500, "high": 2_359},
                {"name": "precip", "type": "real", "low": 0.0, "high": 1.21, "null_share": 0.004},
                {"name": "origin", "type": "category", "vocabulary": ["EWR", "JFK", "LGA"]},
                {
                    "name": "carrier",
                    "type": "category",
                    "role": "protected",
                    "vocabulary": [c[0] for c in CARRIERS],
                },
            ],
        },
        "author": "Mina Okafor",
        "created": "2026-01-04T10:30:00.000000Z",
    }


def document(**changes: Any) -> dict[str, Any]:
    """Everything known of the version: evidence, stage, signatures, obstacles, head, the version before."""
    measured = {(r.code, r.subject): r for r in results()}
    shut = [
        r for r in measured.values() if r.required and r.verdict is not Verdict.PASS and r.code != "STA001"
    ]
    return {
        **evidence(),
        "stage": "candidate",
        "gate": {
            "version": "v3",
            "stage": "staging",
            "open": False,
            "approvals_missing": 0,
            "may_approve": ["Ben Cho"],
        },
        "obstacles": [
            {
                "code": r.code,
                "subject": r.subject,
                "verdict": str(r.verdict),
                "finding": r.finding,
                "action": f"{r.remedy or 'Repair it and run again.'} Or a named person waives it: airworthy waive VERSION {r.code} --subject '{r.subject}' --reason … --as NAME",
            }
            for r in shut
        ],
        "approvals": [
            {
                "person": "Ana Ruiz",
                "time": "2026-01-04T11:00:00.000000Z",
                "comment": "Seen with the desk.",
                "stamp": "DEMO SIGNATURE",
                "self_approved": False,
            }
        ],
        "waivers": [
            {
                "code": "STA001",
                "subject": "model",
                "person": "Ben Cho",
                "reason": "Monitoring watches it daily; we look again in March.",
                "expires": "2026-03-31T00:00:00.000000Z",
                "time": "2026-01-04T11:10:00.000000Z",
                "stamp": "DEMO SIGNATURE",
                "self_approved": False,
            }
        ],
        "ledger_head": {
            "size": 57,
            "root": "9c" * 32,
            "time": "2026-01-04T11:12:00.000000Z",
            "key_id": "b2" * 8,
            "signature": "5f" * 64,
        },
        "evidence_digest": "sha256:" + "ee01" * 16,
        "previous": evidence("v2", shift=0.012),
        **changes,
    }


def opened() -> Mapping[str, Any]:
    """The same version when every required check passes and both approvers have signed."""
    passing = [dict(r.as_json(), verdict="PASS") if r.required else r.as_json() for r in results()]
    signed = [{"person": name, "time": "2026-01-05T09:00:00.000000Z"} for name in ("Ana Ruiz", "Ben Cho")]
    return document(
        results=passing, obstacles=[], waivers=[], approvals=signed, stage="production", gate=None
    )
