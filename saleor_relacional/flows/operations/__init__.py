"""Running it: what is missing, what runs late, where tables lie, how to leave."""
