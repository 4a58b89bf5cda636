"""Find, judge, run, record and prove the programs of a talk. Standard library only."""
