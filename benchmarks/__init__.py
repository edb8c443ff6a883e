"""Each prints ours, the peer and the floor side by side, in one run; the last line is JSON."""
