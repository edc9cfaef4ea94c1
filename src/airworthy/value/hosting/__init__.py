"""Where to run: rented machines, own ones, or both, over years; what it costs and what decides."""
