"""Alerts to where a team works: an outbox in the store, and ways to webhooks, syslog, mail and folders."""
