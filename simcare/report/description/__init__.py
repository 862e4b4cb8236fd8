"""The model described from its own statement, by the headings of STRESS-DES, ODD and TRACE."""
