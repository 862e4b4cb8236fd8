"""A council's looked-after return (SSDA903): counts of children, and nothing about any child.

What is read here is about real children. No identifier, date of birth, date or postcode of a
child, and nothing else that stands in a row, may leave this room: messages name a file, a line
and a column, and what is handed on are counts, suppressed and rounded.
"""
