"""What somebody who shapes the input of a table can do: the smallest permitted change that flips a decision.

`field` says what may be turned, `target` asks the model, `search` looks for flips, `walk_back` makes them
small, `control` draws as many changes at random, `report` and `words` tell what was found.
"""
