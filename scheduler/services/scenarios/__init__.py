"""What would change: scenarios side by side, what interventions are worth."""
