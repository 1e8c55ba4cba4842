"""Measurements of speed; run by hand or by `make benchmark`."""
