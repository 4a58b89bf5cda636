"""The talk for reading and for paper."""
