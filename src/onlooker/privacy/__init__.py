"""What people are shown of names: ids as they are, or pseudonyms; one place for every output and every command."""

from onlooker.privacy.pseudonyms import Pseudonyms
from onlooker.privacy.shown_names import OPEN, Mode, Names, stricter

__all__ = ["OPEN", "Mode", "Names", "Pseudonyms", "stricter"]
