"""Messy input in growing doses: how much quality each kind of mess costs, and from which dose too much."""
