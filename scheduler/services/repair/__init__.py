"""What disturbs a roster, and its repair with the fewest changes."""
