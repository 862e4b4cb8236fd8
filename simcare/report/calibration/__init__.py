"""What a calibration found, in words and figures."""
