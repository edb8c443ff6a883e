"""The mailbox of the demo: a mail server that keeps what it gets, and pages that show it."""
