"""Why sales changed: exact additive decompositions of the difference between two periods."""
