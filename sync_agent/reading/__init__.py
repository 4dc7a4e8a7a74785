"""What connectors share: the cursor of a reading, and records from odd JSON."""
