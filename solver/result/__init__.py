"""A finished roster as a document, and why its places are empty."""
