"""The held-out pool: tables and planters that no detector was built on."""
