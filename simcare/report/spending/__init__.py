"""Modelled and published spending side by side: the table, the figure, the page, the folder."""
