"""What this talk tells the machinery about itself. All of it may be left out."""

FAMILIES = {
    "floats": "Numbers with a point",
    "integers": "Whole numbers",
}
