"""Campaigns: the kinds and what they would do in this shop, those that there are, and the form that edits one."""
