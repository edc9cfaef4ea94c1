"""The charter: what a model is for, as declared by people."""
