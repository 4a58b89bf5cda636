"""What is measured, not proved: one question in each file, answered in recorded.json."""
