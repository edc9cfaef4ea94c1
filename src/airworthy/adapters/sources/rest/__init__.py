"""Rows of an interface over HTTP that limits, breaks off, repeats, moves and forgets: each of them once.

paths      places in a JSON document
records    what a page held: rows by their key, and what is set aside
walk       where the next page is, for each way of paging (a paginator of dlt)
waiting    how long to wait before a request is sent again
patient    a session that gives whole JSON answers, or says why there are none (a session of dlt)
client     dlt's client, put together so that it tells nobody and keeps nothing
journal    what was fetched, page by page on disk, so that a killed load goes on
tally      all rows of one pass; repeats are dropped, and later states of a row win
passes     pages until none is left, and again until nothing moved in between
table      the rows as one Parquet file whose columns have one type each
since      loads after the first: rows changed since
words      what a person reads when there are no rows
load       from the first request to the table that is kept
fetch      the way in
"""

import os

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # before dlt is imported: its pipelines report their use
