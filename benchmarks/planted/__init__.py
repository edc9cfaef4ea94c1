"""Seeded defects with known truth, and how many of them the audit finds."""
