"""May we write to them: dated statements, objections, and the signed links that need no login."""
