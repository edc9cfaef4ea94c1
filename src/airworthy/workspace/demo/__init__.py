"""`airworthy demo`: the whole life of one model on the flights of 2013, signed before and opened after."""
