"""What waits for somebody, what they were told, and the e-mail that says so."""
