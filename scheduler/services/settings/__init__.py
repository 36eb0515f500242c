"""How an installation is set up: every setting in one place, from the environment or a file."""
