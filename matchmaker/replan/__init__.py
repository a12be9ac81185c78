"""A plan in the middle of its year: who takes over where people or units changed, and new quarterly lists."""
