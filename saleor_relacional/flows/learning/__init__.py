"""The shop as a whole: parameters learnt from everybody's history, back-tested on the shop's own past."""
