"""Campaign kinds, one per file: what a campaign is for, whom it is for, when it is over, and how it begins to speak.

To add one, add a file here that defines KIND, and a mail under emails/; docs/architecture.md says how.
"""
