"""How sure we are: arms and lift, back-tests, calibration, intervals, reasons."""
