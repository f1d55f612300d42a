from django.db import models


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PENDING = "pending", "With client"
    SUBMITTED = "submitted", "To review"
    RETURNED = "returned", "Returned"
    ACCEPTED = "accepted", "Accepted"
    WAIVED = "waived", "Waived"


class Answer(models.TextChoices):
    NONE = "", "Not answered"
    PROVIDED = "provided", "Provided"
    DOES_NOT_EXIST = "does_not_exist", "Does not exist"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    WITHHELD = "withheld", "Withheld"


class Priority(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    URGENT = "urgent", "Urgent"
