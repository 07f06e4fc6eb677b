"""Sources: where the tower's numbers come from. Nothing here draws."""
