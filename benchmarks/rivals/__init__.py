"""One pathway, as users of four simulation libraries would write it."""
