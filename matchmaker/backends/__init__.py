"""Backends: each takes a `Program` it accepts and gives a `Solution`; none knows a rule."""
