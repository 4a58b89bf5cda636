"""What builds the scene for a trick and is no trick itself, and what Python 3.11 does not name."""
