"""The data audit's checks, one file a code. Importing this loads no numeric library."""

from airworthy.data.checks.dat001_missing_values import MissingValues
from airworthy.data.checks.dat002_constant_column import ConstantColumn
from airworthy.data.checks.dat003_duplicate_rows import DuplicateRows
from airworthy.data.checks.dat004_type_disagreement import TypeDisagreement
from airworthy.data.checks.dat005_sentinel_values import SentinelValues
from airworthy.data.checks.dat006_leakage_by_value import LeakageByValue
from airworthy.data.checks.dat007_leakage_by_missingness import LeakageByMissingness
from airworthy.data.checks.dat008_post_outcome_column import PostOutcomeColumn
from airworthy.data.checks.dat009_imbalance import Imbalance
from airworthy.data.checks.dat010_gaps_in_time import GapsInTime
from airworthy.data.checks.dat011_unseen_season import UnseenSeason
from airworthy.data.checks.dat012_null_step import NullStep
from airworthy.data.checks.dat013_infinite_values import InfiniteValues
from airworthy.data.checks.dat014_identifier_as_input import IdentifierAsInput
from airworthy.data.checks.dat015_unit_change import UnitChange
from airworthy.data.checks.dat016_outliers import Outliers
from airworthy.data.checks.dat017_broken_formats import BrokenFormats
from airworthy.data.checks.dat018_spelling_variants import SpellingVariants
from airworthy.data.checks.dat019_spreadsheet_damage import SpreadsheetDamage
from airworthy.data.checks.dat021_near_duplicates import NearDuplicates
from airworthy.data.checks.dat022_personal_columns import PersonalColumns
from airworthy.data.checks.dat023_personal_text import PersonalText
from airworthy.data.checks.dat024_readability import UnreadableText
from airworthy.data.checks.dat025_vocabulary_change import VocabularyChange
from airworthy.data.checks.dat026_missing_depends import MissingDepends
from airworthy.data.checks.dat027_split_entity import SplitEntity
from airworthy.data.checks.dat028_leakage_by_order import LeakageByOrder
from airworthy.data.checks.dat029_protected_proxy import ProtectedProxy
from airworthy.data.checks.dat030_small_group import SmallGroup
from airworthy.data.checks.dat031_selection_bias import SelectionBias
from airworthy.data.checks.dat032_label_noise import LabelNoiseFound
from airworthy.data.checks.dat033_contract_break import ContractBreak
from airworthy.data.checks.dat034_stuck_stretch import StuckStretch
from airworthy.data.checks.dat035_cut_off import CutOff
from airworthy.data.checks.dat036_key_formats import KeyFormats
from airworthy.data.checks.dat037_contradictions import Contradictions
from airworthy.data.checks.dat038_source_without_owner import SourceWithoutOwner
from airworthy.data.checks.dat039_ids_written_differently import IdsWrittenDifferently

LEAK_CHECKS = (LeakageByValue(), LeakageByMissingness(), PostOutcomeColumn(), LeakageByOrder())
"""What a column fails that may tell the outcome."""

CHECKS = (
    MissingValues(),
    ConstantColumn(),
    DuplicateRows(),
    TypeDisagreement(),
    SentinelValues(),
    LeakageByValue(),
    LeakageByMissingness(),
    PostOutcomeColumn(),
    Imbalance(),
    GapsInTime(),
    UnseenSeason(),
    NullStep(),
    InfiniteValues(),
    IdentifierAsInput(),
    UnitChange(),
    Outliers(),
    BrokenFormats(),
    SpellingVariants(),
    SpreadsheetDamage(),
    NearDuplicates(),
    PersonalColumns(),
    PersonalText(),
    UnreadableText(),
    VocabularyChange(),
    MissingDepends(),
    SplitEntity(),
    LeakageByOrder(),
    SmallGroup(),
    ProtectedProxy(),
    SelectionBias(),
    ContractBreak(),
    LabelNoiseFound(),
    StuckStretch(),
    CutOff(),
    KeyFormats(),
    Contradictions(),
    IdsWrittenDifferently(),
    SourceWithoutOwner(),
)

__all__ = ["CHECKS"]
