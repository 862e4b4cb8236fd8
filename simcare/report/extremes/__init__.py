"""The statements of face validity, with the numbers found: a page."""
