"""Does every slide fit, and can it be read? Asked of a browser, for any deck that was built."""
