"""The monitoring checks, one file a code. Importing this loads no numeric library."""

from airworthy.monitoring.checks.estimated_quality import EstimatedQuality
from airworthy.monitoring.checks.feature_skew import FeatureSkew
from airworthy.monitoring.checks.input_drift import InputDrift
from airworthy.monitoring.checks.null_rise import NullRise
from airworthy.monitoring.checks.range_break import RangeBreak
from airworthy.monitoring.checks.realised_quality import RealisedQuality
from airworthy.monitoring.checks.score_drift import ScoreDrift
from airworthy.monitoring.checks.stuck_value import StuckValue
from airworthy.monitoring.checks.sudden_step import SuddenStep
from airworthy.monitoring.checks.unseen_values import UnseenValues

CHECKS = (
    NullRise(),
    RangeBreak(),
    InputDrift(),
    UnseenValues(),
    ScoreDrift(),
    RealisedQuality(),
    EstimatedQuality(),
    SuddenStep(),
    StuckValue(),
)

ON_DEMAND = (FeatureSkew(),)
"""Not of windows: it reads the sources again, when `airworthy features check` asks for it."""

__all__ = ["CHECKS", "ON_DEMAND"]
