"""The draft of the individual training project (PFI) of a suggestion, as data and as a document."""

from matching.training_plan.aims import Aim
from matching.training_plan.document import training_plan_bytes, write_training_plan
from matching.training_plan.draft import draft_training_plan
from matching.training_plan.fields import Field, Signatory
from matching.training_plan.plan import TrainingPlan

__all__ = [
    "Aim",
    "Field",
    "Signatory",
    "TrainingPlan",
    "draft_training_plan",
    "training_plan_bytes",
    "write_training_plan",
]
