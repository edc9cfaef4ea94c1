"""The four reading paths: each turns the same evidence into a first page for its reader."""
