"""Runs of scenarios: comparisons, their statistics and their results folder."""
