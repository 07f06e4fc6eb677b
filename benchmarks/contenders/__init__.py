"""Contenders: the servers that are measured, and how each is started and asked."""
