"""A council's own numbers in place of the national ones."""
