"""Every generator of a broken table, by name."""

from __future__ import annotations

import battery_files
import battery_shapes
import battery_values
from battery_table import FAULTS, Table, clean, put

__all__ = ["FAULTS", "LARGE", "Table", "clean", "put"]

LARGE = ("many_columns", "many_categories", "large_file")
MODULES = (battery_files, battery_shapes, battery_values)
