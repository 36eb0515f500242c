"""What a scenario may change, by what it changes: each kind of change is one class."""
