"""What data prove and how well: arms and lift, back-tests, the choice of a value model, calibration, Shapley values."""
