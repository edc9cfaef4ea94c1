"""What answers cost: Airworthy beside other ways to score the same trees."""
