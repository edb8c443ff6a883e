"""What a person agreed to, in which words, objected to and asks of us; knocks at public doors."""
