"""The tests: a folder per room, and the promises about the code itself."""
