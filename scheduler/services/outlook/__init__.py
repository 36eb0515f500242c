"""What lies ahead: demand that cannot be met, what expires."""
