"""What can go wrong with an AI task besides the model server, each thing a class of its own."""

# ruff: noqa: N818 - the names say what is wrong, which "Error" would only lengthen

from typing import ClassVar

from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN


class TaskError(HomeAssistantError):
    """A task has no result. `key` is the translation key."""

    key: ClassVar[str]

    def __init__(self, **placeholders: str) -> None:
        """Fill in what the message names."""
        super().__init__(translation_domain=DOMAIN, translation_key=self.key, translation_placeholders=placeholders)


class AnswerUnusable(TaskError):
    """An answer can not be used; `told` is what the model is told about it, so that the next one is better."""

    def __init__(self, told: str, **placeholders: str) -> None:
        """Say what is wrong to the model and to the user."""
        super().__init__(**placeholders)
        self.told = told


class NoAnswer(AnswerUnusable):
    """The model said nothing (placeholder: model)."""

    key = "task_no_answer"


class AnswerTooLong(AnswerUnusable):
    """The answer outgrew the model's context (placeholder: model)."""

    key = "task_answer_too_long"


class AnswerUnfit(AnswerUnusable):
    """The answer is not as the structure wants it (placeholders: model, error)."""

    key = "task_answer_unfit"


class NoEndOfCalls(TaskError):
    """The model calls tools and comes to no answer (placeholder: model)."""

    key = "task_no_end_of_calls"


class NoPicture(TaskError):
    """An attachment is something else than a picture (placeholders: name, kind)."""

    key = "task_no_picture"


class PictureMissing(TaskError):
    """The file of an attachment can not be read (placeholder: name)."""

    key = "task_picture_missing"


class PictureTooLarge(TaskError):
    """An attachment is larger than what can be sent (placeholders: name, limit)."""

    key = "task_picture_too_large"


class PictureUnreadable(TaskError):
    """An attachment is damaged, or of a kind that is not known (placeholder: name)."""

    key = "task_picture_unreadable"
