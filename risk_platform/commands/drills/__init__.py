"""Drills: bad days sent to a running platform through its API, watched, and put right again."""
