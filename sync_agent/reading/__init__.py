"""What connectors share: the loop and cursor of a reading, records from odd JSON."""
