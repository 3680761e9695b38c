"""The list of transactions as a file to keep: CSV for people and their spreadsheets, JSON for programs."""
