"""Night after night: new files are taken into a store, days that are over are judged once, late data is taken in.

A local day is over when the log has passed its end in every zone that the log and the side tables show, and the end of
the shifts that began on it. Until then its events wait in the store, and only hard rules look at them. Days of the last
`rescore_days` that late data touches are judged again; what was alerted stays alerted.
"""

from onlooker.nightly.nightly_run import scan_into

__all__ = ["scan_into"]
