"""Model extraction: how many answers a client must collect until a copy decides as the model does."""
