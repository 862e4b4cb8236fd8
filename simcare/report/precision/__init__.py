"""How many families are enough: the figure, the words and the folder."""
