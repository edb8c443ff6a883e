"""Pages behind the links in mails, each a file: no login, no cookie, the signature in the link is the permission."""
