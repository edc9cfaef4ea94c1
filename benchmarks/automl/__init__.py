"""Airworthy's search beside AutoGluon, FLAML, LightGBM and CatBoost on the same splits, one core each."""
