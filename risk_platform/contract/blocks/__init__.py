"""The columns of each block, one line each."""
