"""hieroglyph's builders and vocabulary on today's Sphinx, shown by reveal.js."""
