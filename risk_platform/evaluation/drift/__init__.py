"""Drift: whether those who apply are still those whom a model was trained on."""
