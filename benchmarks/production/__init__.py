"""What the next period brings: intervals beside what then happened, on real rows in order of time."""
