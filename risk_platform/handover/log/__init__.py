"""The decision log: committed with the gate, sealed, anchored, audited, kept for 25 months."""
