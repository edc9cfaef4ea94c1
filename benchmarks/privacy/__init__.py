"""What a curious client can learn: planted leaks, worlds without any, real tables, and a peer."""
