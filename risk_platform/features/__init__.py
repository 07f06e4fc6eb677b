"""Loan to model inputs: one road for a table and for a single application. NumPy only."""
