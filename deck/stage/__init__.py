"""The local server: the built deck, its Run buttons, and rebuilding on save."""
