"""Whether a limit is a limit: time, memory and a usable model, beside AutoGluon and FLAML."""
