"""Inputs to score: the model bundle, which is data and never code."""
