"""What somebody who shapes the input of a table can do: the smallest permitted change that flips a decision.

`target` asks the model, `search` looks for flips, `nearest` and `walk_back` make them small, `control` draws
as many changes at random, `report` and `words` tell what was found. What may change: `assurance.changes`.
"""
