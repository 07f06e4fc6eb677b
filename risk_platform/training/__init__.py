"""Fitting: data in, fitted thing out."""
