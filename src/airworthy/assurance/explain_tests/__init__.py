"""Explanations are tested: faithful, stable, agreed upon, and silent about who the person is."""

from airworthy.assurance.explain_tests.cautions import cautions

__all__ = ["cautions"]
