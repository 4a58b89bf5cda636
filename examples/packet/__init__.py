"""Below IP: frames."""
