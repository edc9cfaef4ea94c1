"""Versions, evidence, approvals, gates and releases, on a ledger that anybody can verify."""
