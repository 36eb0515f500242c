"""What a rule is, what it may say, and what rules share."""
