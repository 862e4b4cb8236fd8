"""Usual practice beside its published figures: table, page and picture."""
