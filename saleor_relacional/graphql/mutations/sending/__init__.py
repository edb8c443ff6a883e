"""The outbox and whom mails leave through."""
