"""Newsletter signups that count once they are confirmed: asked by mail, by an expiring link."""
