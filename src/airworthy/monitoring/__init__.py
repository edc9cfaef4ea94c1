"""Watching a live model: windows, data breaks, drift, quality as outcomes mature, alarms. It never trains."""
