"""Remedies for a gap between groups: what stands for a group, what each remedy changes, and what it costs.

`proxies` finds the inputs that foretell a protected column, `effects` measures every remedy's model beside
the present one on rows that none of them learned from, `report` holds what was found, `words` writes it.
"""
