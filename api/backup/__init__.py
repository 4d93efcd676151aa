"""A copy of the whole database in a file, and the way back."""
