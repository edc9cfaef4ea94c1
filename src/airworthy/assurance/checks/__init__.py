"""The quality checks, one file a code, in the order in which they are listed."""

from airworthy.assurance.checks.cal001_miscalibrated import Miscalibrated
from airworthy.assurance.checks.eff001_slow_batches import SlowBatches
from airworthy.assurance.checks.eff002_much_memory import MuchMemory
from airworthy.assurance.checks.eff003_large_files import LargeFiles
from airworthy.assurance.checks.eff004_much_energy import MuchEnergy
from airworthy.assurance.checks.exp001_one_input_decides import OneInputDecides
from airworthy.assurance.checks.exp002_unfaithful_reasons import UnfaithfulReasons
from airworthy.assurance.checks.exp003_reasons_jump import ReasonsJump
from airworthy.assurance.checks.exp004_reasons_change_in_retraining import ReasonsChange
from airworthy.assurance.checks.exp005_methods_disagree import MethodsDisagree
from airworthy.assurance.checks.exp006_reasons_tell_who import ReasonsTellWho
from airworthy.assurance.checks.fai001_selection_rate_gap import SelectionRateGap
from airworthy.assurance.checks.fai002_true_positive_rate_gap import TruePositiveRateGap
from airworthy.assurance.checks.fai003_mean_error_gap import MeanErrorGap
from airworthy.assurance.checks.fai005_impact_ratio import ImpactRatioOfSelection
from airworthy.assurance.checks.fai006_scoring_ratio import ImpactRatioOfScores
from airworthy.assurance.checks.fai007_false_alarm_gap import FalseAlarmGap
from airworthy.assurance.checks.fai008_calibration_gap import CalibrationGap
from airworthy.assurance.checks.fai009_error_cost_gap import ErrorCostGap
from airworthy.assurance.checks.fai010_score_follows_person import ScoreFollowsPerson
from airworthy.assurance.checks.per001_no_better_than_guess import NoBetterThanGuess
from airworthy.assurance.checks.per002_not_worth_it import NotWorthIt
from airworthy.assurance.checks.per003_worse_slice import WorseSlice
from airworthy.assurance.checks.pri001_membership_inference import MembershipInference
from airworthy.assurance.checks.pri002_attribute_inference import AttributeInference
from airworthy.assurance.checks.pri003_memorised_strings import MemorisedStrings
from airworthy.assurance.checks.rob001_missing_values import MissingValuesHurt
from airworthy.assurance.checks.rob002_unseen_categories import UnseenCategoriesHurt
from airworthy.assurance.checks.rob003_out_of_range import OutOfRangeHurts
from airworthy.assurance.checks.rob004_typos import TyposHurt
from airworthy.assurance.checks.rob005_capitals import CapitalsHurt
from airworthy.assurance.checks.rob006_abbreviations import AbbreviationsHurt
from airworthy.assurance.checks.rob007_emoji import EmojiHurt
from airworthy.assurance.checks.rob008_adversarial_flips import AdversarialFlips
from airworthy.assurance.checks.rob009_attacked_texts import AttackedTexts
from airworthy.assurance.checks.sec001_model_copied import ModelCopied
from airworthy.assurance.checks.srv001_slow_decision import SlowDecision
from airworthy.assurance.checks.srv002_serving_skew import ServingSkew
from airworthy.assurance.checks.sta001_latest_period_worse import LatestPeriodWorse
from airworthy.assurance.checks.sta002_next_period_no_lead import NextPeriodNoLead
from airworthy.assurance.quality_check import AssuranceCheck

CHECKS: tuple[AssuranceCheck, ...] = (
    NoBetterThanGuess(),
    NotWorthIt(),
    WorseSlice(),
    Miscalibrated(),
    LatestPeriodWorse(),
    NextPeriodNoLead(),
    SelectionRateGap(),
    TruePositiveRateGap(),
    MeanErrorGap(),
    ImpactRatioOfSelection(),
    ImpactRatioOfScores(),
    FalseAlarmGap(),
    CalibrationGap(),
    ErrorCostGap(),
    ScoreFollowsPerson(),
    OneInputDecides(),
    UnfaithfulReasons(),
    ReasonsJump(),
    ReasonsChange(),
    MethodsDisagree(),
    ReasonsTellWho(),
    MissingValuesHurt(),
    UnseenCategoriesHurt(),
    OutOfRangeHurts(),
    TyposHurt(),
    CapitalsHurt(),
    AbbreviationsHurt(),
    EmojiHurt(),
    AdversarialFlips(),
    AttackedTexts(),
    ModelCopied(),
    MembershipInference(),
    AttributeInference(),
    MemorisedStrings(),
    SlowDecision(),
    ServingSkew(),
    SlowBatches(),
    MuchMemory(),
    LargeFiles(),
    MuchEnergy(),
)

__all__ = ["CHECKS"]
