"""Texts reworded on purpose: how few slips, that a person reads over, change what a model decides."""
