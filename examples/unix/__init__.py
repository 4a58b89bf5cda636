"""Best of both: sockets of the Unix domain."""
