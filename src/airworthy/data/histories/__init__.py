"""Named features of tables: events read and sorted once, and every row's features as of its decision."""
