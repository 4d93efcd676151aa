"""People and offers: what a person can do, which offers they may take, which fit, and why."""

from matching.hidden import HiddenCompetences, Inference

__all__ = ["HiddenCompetences", "Inference"]
