"""The documents of the API, each field with its bounds; records are those of `matching.model`."""
