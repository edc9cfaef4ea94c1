"""A model for the hand: a small tree or a scorecard in place of a version, and how true to it that is.

`target` says what is imitated, `tree` and `card` imitate it, `fidelity` measures how well on other rows,
`report` and `page` tell it.
"""
