"""What a curious client can learn from a model about the people in its rows.

`membership` (was this row learned?), `attributes` (what do answers tell of a column that was not told?) and
`strings` (what stands in the model's own file?); `stand_ins` trains the models that an attacker would train.
"""
