"""Families of models: for each, how its text is read and applied, without Java and without code."""
