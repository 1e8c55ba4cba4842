"""Reconciliation: which differences of definition lead from our figure to one that the shop sees elsewhere."""
