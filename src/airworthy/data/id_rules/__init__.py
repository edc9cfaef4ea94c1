"""How two systems write the same IDs: the rule is found, judged, dated and applied."""
