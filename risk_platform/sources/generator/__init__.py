"""The generator: raw files like LendingClub's, of loans that nobody took, their risk known."""
