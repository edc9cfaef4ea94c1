"""Making decisions harder to flip, as an action: each way beside the present model, before and after.

`asked` says what is compared, `flips` makes the rows that teach, `train` trains every model, `measure`
measures each on the same others, `report` and `words` tell it, `of_version` does it for a workspace.
"""
