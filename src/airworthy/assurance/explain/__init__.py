"""Why a model decides so: contributions of columns, shapes, interactions, and reasons in words."""
