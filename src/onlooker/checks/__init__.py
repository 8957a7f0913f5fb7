"""Can the log and the list be trusted: is the log whole, which days are special, is anybody alerted on more often?"""
