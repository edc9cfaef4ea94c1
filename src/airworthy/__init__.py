"""Airworthy takes a machine-learning model from pilot to production and keeps it there, with the evidence."""

__version__ = "0.1.0"
