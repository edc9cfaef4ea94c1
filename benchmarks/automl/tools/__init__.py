"""One script a tool, run in the tool's own environment: folder, limit in seconds -> predictions and figures.

Each reads `train.parquet`, `test.parquet` and `task.json`, and imports nothing of the benchmark but `contest`.
"""
