"""People and offers: what a person can do, which offers they may take, which fit, and why."""
