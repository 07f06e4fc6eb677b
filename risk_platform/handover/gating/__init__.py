"""Gating: what the gate is made of - its state, its rules, its events, who resumes, a witness."""
