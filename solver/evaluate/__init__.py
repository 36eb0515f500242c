"""What a roster breaks and costs: whole, as a difference, for candidates, for one person."""
