"""What a loan is: columns, outcomes, protocols. Standard library only."""
