"""What is live: the manifest and the pointer, shared by registry and serving."""
