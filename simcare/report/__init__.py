"""Tables, figures and sentences for people."""
