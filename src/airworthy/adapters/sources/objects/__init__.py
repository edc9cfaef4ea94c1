"""Files in object storage, downloaded whole and verified; only those that changed."""
