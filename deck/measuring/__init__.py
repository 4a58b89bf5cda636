"""Measure, keep and draw what a talk says about speed. Standard library only."""
