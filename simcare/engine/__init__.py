"""Engines that read flat arrays and know nothing of the domain."""
