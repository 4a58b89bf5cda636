"""What a document may say beyond Sphinx and hieroglyph."""
