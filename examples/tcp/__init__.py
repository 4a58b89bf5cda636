"""Two byte streams and a lot of help: TCP."""
