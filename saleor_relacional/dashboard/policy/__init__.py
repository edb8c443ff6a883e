"""What the owner decided once for the whole shop: contact, hours, senders, looks, consent, exclusions, mail server."""
