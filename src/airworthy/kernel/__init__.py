"""Check, gate, evidence, ledger, budget: the rules of the house, on the standard library alone."""
