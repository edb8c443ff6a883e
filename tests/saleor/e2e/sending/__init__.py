"""Stories of mails on their way out of the real Saleor."""
