"""MCP: what an assistant may ask of the scoring service, and what it may do once confirmed."""
