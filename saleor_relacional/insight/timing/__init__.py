"""When somebody buys: purchase models, gaps between purchases, changes of rhythm."""
