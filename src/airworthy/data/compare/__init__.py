"""What changed between two tables: columns, rows, cells, units, words and distributions."""
