"""People on the network who watch: a process of its own, read only, on a port of its own."""
