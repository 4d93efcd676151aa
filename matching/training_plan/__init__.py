"""The draft of the individual training project (PFI) of a suggestion, as data and as a document."""

from matching.training_plan.document import write_training_plan
from matching.training_plan.draft import draft_training_plan
from matching.training_plan.fields import Field
from matching.training_plan.plan import TrainingPlan

__all__ = ["Field", "TrainingPlan", "draft_training_plan", "write_training_plan"]
