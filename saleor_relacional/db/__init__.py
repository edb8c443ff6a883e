"""Set-based SQL on our database: statements, COPY, tables put in place of others."""
