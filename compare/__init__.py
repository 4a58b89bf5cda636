"""How fast this is beside its peers, measured in the same minutes: `make compare`."""
