"""`airworthy guard --machine`: the guard of a whole host, for the command that nobody wrapped.

`kinds` tells who may be touched, `look` reads the processes, `forest` puts them into trees that keep their
account, `judge` compares an account with what was agreed, `stop` ends a tree, `book` keeps the cost and what
a restart must know, `watch` does it every few seconds.
"""
