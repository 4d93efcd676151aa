"""Names and contacts, sealed with a key of the environment; ranking never comes here."""
