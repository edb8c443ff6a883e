"""How the machine is, as a shopkeeper reads it: what runs, what is late, what to do."""
