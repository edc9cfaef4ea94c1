"""The dossier: one self-contained file that each kind of reader can use, and the same things elsewhere.

Import from the modules: `document` (what it reads), `render` (HTML), `terminal` and `notebook` (the same
things on other surfaces), `words` (plain language), `check_page` (documentation of a check, free of numeric
imports).
"""
