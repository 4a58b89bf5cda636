"""Where it goes."""
