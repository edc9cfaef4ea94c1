"""What is measured of remedies for gaps between groups: against AIF360, and on planted screeners."""
