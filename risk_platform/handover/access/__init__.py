"""Who may do what: API keys and their roles, and the grants of the database."""
