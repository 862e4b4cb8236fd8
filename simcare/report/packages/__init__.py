"""What the parts of a package do, alone and together: a table, a figure and words."""
