"""No address at all: what processes share."""
