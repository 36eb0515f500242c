"""Files of other systems: read as they are, and turned into facts by a mapping that is data."""
