"""What no roster can exceed: coverage, and what an intervention can be worth."""
