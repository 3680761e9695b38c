"""The transactions of all shown accounts together: as one list, and added up as money in and out."""
