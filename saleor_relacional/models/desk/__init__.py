"""What staff keep at their desk: labels and notes of people, and what the host's own customer list may filter by."""
