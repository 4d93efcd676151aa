"""The program: commands, and later HTTP. It knows the clock and the environment; no rule."""
