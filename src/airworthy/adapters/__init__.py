"""Where the ports meet the world: SQL, local files, keys and locks."""
