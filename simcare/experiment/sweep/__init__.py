"""Experiments: policies x uncertain parameters x settings x seeds, on any executor."""
