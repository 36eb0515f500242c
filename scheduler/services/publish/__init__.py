"""What still stands of a roster, and its publication."""
