"""Calibration: which values of the assumed numbers let usual practice meet what is published."""
