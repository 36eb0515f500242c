"""Data in and out: databases, facts, policies, files, calendars."""
