"""Talking with the kernel itself: netlink."""
