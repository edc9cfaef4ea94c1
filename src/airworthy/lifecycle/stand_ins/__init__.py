"""Models of a version's recipe, trained on chosen or changed rows: what a probe needs that must retrain."""
