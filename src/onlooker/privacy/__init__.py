"""What people are shown of names: ids as they are, or pseudonyms; one place for every output and every command."""

from onlooker.privacy.pseudonyms import Pseudonyms
from onlooker.privacy.shown_names import OPEN, Names

__all__ = ["OPEN", "Names", "Pseudonyms"]
