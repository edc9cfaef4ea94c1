"""Planted labels: what wrong ones and a hidden trigger do to a recipe, and whether any are there already.

`attacks` changes labels and plants triggers, `measure` trains with them, `suspects` looks for them in the
rows as they are, `report` says what was found; `of_version` and `of_frame` begin it.
"""
