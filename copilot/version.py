"""The version of the product, read by the build and printed by `cmo-copilot --version`."""

__version__ = "0.1.0"
