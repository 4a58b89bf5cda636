"""The Linux that runs in the page: made once from Debian's packages, saved with Python waiting."""
