"""What would have to be different in a row so that it is decided otherwise; for how many rows that exists.

`wanted` asks the model, `find` searches one row, `plausible` holds candidates against real rows, `report` and
`words` tell what was found, `recourse` counts over many rows.
"""
