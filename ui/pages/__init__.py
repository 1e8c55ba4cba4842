"""One module a page: build its components and wire their events."""
