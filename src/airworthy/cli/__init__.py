"""The command line: a thin door. Every command parses, calls the workspace, and prints."""
