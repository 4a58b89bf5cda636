"""An address that looks like a file: pipes and FIFOs."""
