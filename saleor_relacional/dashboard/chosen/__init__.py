"""What staff do with several customers whom they chose in a list: the host's own, or ours."""
