"""The errors that Onlooker raises for people: what is wrong, and what to do about it."""


class OnlookerError(Exception):
    """Base of all expected errors.

    `message` says what is wrong and where; `hint` says what to do next. `exit_status` is what the command ends with.
    """

    exit_status = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """What is wrong, as it is told to people: names that are hidden there are hidden here."""
        return self.message


class UsageError(OnlookerError):
    """The command, an option or the configuration can't be carried out as given."""


class UnusableInput(OnlookerError):
    """Nothing in the input could be used."""

    exit_status = 3


class NotDelivered(OnlookerError):
    """The nights are committed, but what they found could not be handed over."""

    exit_status = 4


class StoreBusy(OnlookerError):
    """Another run holds the store's lock."""

    exit_status = 5


class EngineError(OnlookerError):
    """The SQL engine refused or failed: the message names stage and table; `said` is the engine's own, made short."""

    def __init__(self, message: str, hint: str = "", said: str = "") -> None:
        super().__init__(message, hint)
        self.said = said or message
