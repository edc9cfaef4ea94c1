"""Results of made-up checks on a model and on its data, with every verdict."""

from __future__ import annotations

import math

from evidence_charts import calibration_chart, heat_chart, histogram_chart, missing_chart, period_chart

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
