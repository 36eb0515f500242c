"""Looking at what is stored, as tables for people."""
