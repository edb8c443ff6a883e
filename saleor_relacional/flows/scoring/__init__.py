"""Histories to stages and beliefs: set-based, incremental, or everybody anew beside the old tables."""
