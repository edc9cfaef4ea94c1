"""Named features as of a moment: one implementation for training, for serving and for their comparison."""
