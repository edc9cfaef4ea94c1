"""A rich, made-up evidence document: a model that warns of late flights, with every verdict and every part."""

from __future__ import annotations

from typing import Any

from evidence_results import CARRIERS, LEVEL, audit, results

from airworthy.kernel.result import Verdict


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
