"""Recommending from interactions: sources, a ranker over them, and the choice between them in time order."""
