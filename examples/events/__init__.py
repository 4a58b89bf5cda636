"""Everything is a descriptor: events."""
