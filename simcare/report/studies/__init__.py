"""Supports held to their studies: the table, the figure, the page and the folder."""
