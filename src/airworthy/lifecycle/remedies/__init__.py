"""Remedies for a gap as an action: `compare` strings it together for any rows, `of_version` for a workspace.

`asked` says what is compared, `train` trains every remedy on the same rows, `measure` measures each on the
same others, `lines` says what to declare to adopt one.
"""
