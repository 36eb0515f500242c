"""The database as a whole, for whoever runs the program: backed up, restored, looked after."""
