"""Everything we know about files is wrong: what a descriptor can and cannot do."""
