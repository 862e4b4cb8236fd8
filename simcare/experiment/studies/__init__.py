"""Trials and matched studies simulated in their own people and follow-up."""
