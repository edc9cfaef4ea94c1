"""Stress on request: every kind of mess in growing doses, texts attacked, the model copied; one report."""
