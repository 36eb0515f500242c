"""What staff tell of themselves, and the answers: a fact at once, or a request."""
