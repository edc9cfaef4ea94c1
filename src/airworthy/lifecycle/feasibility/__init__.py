"""What can be reached with the rows at hand, with more of them, and never: before anything is built."""
