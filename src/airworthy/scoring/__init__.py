"""From a row to a decision: logical types, steps, features, learners, calibration, decision."""
