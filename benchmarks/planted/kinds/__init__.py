"""Every kind of defect, in the order in which the page lists them."""

from __future__ import annotations

from planted.kinds import (
    constant,
    contract,
    contradiction,
    cut_off,
    duplicates,
    formats,
    infinite,
    key_format,
    label_noise,
    leak,
    mixed_types,
    null_depends,
    null_rate,
    null_source,
    null_step,
    null_target,
    outliers,
    people,
    personal,
    sentinel,
    spelling,
    split_entity,
    spreadsheet,
    stuck,
    text_damage,
    time_holes,
    unit_change,
    vocabulary,
)
from planted.plant import Kind

MODULES = (
    null_rate, null_step, null_source, null_depends, null_target, constant, sentinel, outliers, unit_change,
    mixed_types, formats, spelling, vocabulary, spreadsheet, duplicates, split_entity, leak, people, contract,
    time_holes, label_noise, personal, text_damage, infinite,
    stuck, cut_off, key_format, contradiction,
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.name: kind for module in MODULES for kind in module.KINDS}
