"""Where scores go back to: tables, files and interfaces, and the outbox that none is lost or doubled in."""
