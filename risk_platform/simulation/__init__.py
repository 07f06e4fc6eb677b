"""Black swans: applications as they come on a bad day, and what came of sending them."""
