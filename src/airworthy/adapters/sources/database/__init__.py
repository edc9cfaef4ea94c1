"""Tables and queries of databases: read, never written, in one transaction, batch by batch."""
