"""Who did or saw what: an append-only chain of events, and the proof that it is whole."""
