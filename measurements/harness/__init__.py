"""What the questions share: the ends of each way, the loops in Python and in C, and the rounds."""
