"""How good a model will be out there: quality in the next period and at further sites, before outcomes come.

Read in this order: `backtest` replays past periods and `sites` leaves out one site after the other; both
score `rows` by the `stand_in` learner and hand `measures.Outlook` the figures. `messy` spoils the newest
period, `coming` reads rows without outcomes, `labelling` says which to label, `lacking` what no row shows.
`answer` holds it all, as a document and in words; `of_version` makes it of a version of a charter.
"""
