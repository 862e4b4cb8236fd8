"""The comparison of many policies at once: ranked, drawn and put in words."""
