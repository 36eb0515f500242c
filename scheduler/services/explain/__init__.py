"""Why: an empty place, a person who works or does not, who could replace somebody; with names."""
