"""The back-cast beside what was published: words, tables, picture and page."""
