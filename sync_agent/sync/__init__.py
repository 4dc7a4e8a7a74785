"""Moves records from a source to the door: runs, reconcile, replay, schedule."""
