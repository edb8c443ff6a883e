"""What a person agreed to, objected to and asks of us; knocks at public doors."""
