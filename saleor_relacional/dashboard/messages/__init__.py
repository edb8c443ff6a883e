"""The words of every message: listed, edited with a preview beside them, compared, taken back, tried."""
