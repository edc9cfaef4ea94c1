"""From a user's history to a list of items: sources, the ranker over them, and the reasons."""
