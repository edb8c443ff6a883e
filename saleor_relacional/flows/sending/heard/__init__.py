"""What is heard of mails after they were accepted."""
