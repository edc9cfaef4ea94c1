"""Names of the inputs that a forecast's row gets; no column of a person's own table may have them."""

from __future__ import annotations

PREFIX = "ahead_"
FORECAST = PREFIX + "forecast"
"""What exponential smoothing forecast at the origin: the model corrects it."""
SIZE = PREFIX + "size"
"""The series' usual size at the origin: every number that a model learns from is a share of it."""
SPREAD = PREFIX + "spread"
"""How far off such forecasts were until the origin: the width of intervals follows it."""
STEPS = PREFIX + "steps"
"""Steps from the origin to the time that is forecast."""
HISTORY = PREFIX + "history"
"""Outcomes of the series known at the origin, up to a few seasons' worth."""
