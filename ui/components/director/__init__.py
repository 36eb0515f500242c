"""The views of the page for directors."""
