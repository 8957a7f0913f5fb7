"""EVENTS -> VISITS, and why the agent could have been there."""
