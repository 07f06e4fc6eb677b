"""Load: requests to a server, as many as it takes or at an even rate, and what became of them."""
