"""Mails over SMTP, encrypted by STARTTLS or from the first byte."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from onlooker.delivery.body_templates import in_text
from onlooker.delivery.message import Message
from onlooker.delivery.way import NotTaken, in_words, tls_context
from onlooker.privacy.read_secret import read_secret
from onlooker.schema.receivers import Mail

TOLD = (
    "date",
    "severity",
    "confidence",
    "customers",
    "expected",
    "unexplained",
    "signals",
    "case",
    "agent",
    "team",
    "link",
)
"""Facts that a mail tells, in order, where they are there."""


class MailWay:
    """One mail per message, with a Message-ID that a repeat has too."""

    def __init__(self, receiver: Mail) -> None:
        """Read the password. Raises UsageError if it is not where it is to be."""
        self._receiver = receiver
        self._password = read_secret(receiver.password) if receiver.password else None
        self._tls = None if receiver.security == "none" else tls_context(receiver)

    def deliver(self, message: Message) -> None:
        """Send it to all addresses: taken once the server has said so for each."""
        where = f"{self._receiver.host}:{self._receiver.port}"
        try:
            with self._session() as session:
                missed = session.send_message(self.mail_of(message))
        except smtplib.SMTPException as error:
            raise NotTaken(f"{where}: {said(error)}") from error
        except OSError as error:
            raise NotTaken(f"{where}: {in_words(error)}") from error
        if missed:
            raise NotTaken(f"{where}: {len(missed)} of {len(self._receiver.to)} addresses were not accepted")

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        receiver = self._receiver
        if receiver.security == "tls" and self._tls:
            session: smtplib.SMTP = smtplib.SMTP_SSL(
                receiver.host, receiver.port, timeout=receiver.timeout, context=self._tls
            )
        else:
            session = smtplib.SMTP(receiver.host, receiver.port, timeout=receiver.timeout)
        with session:
            if receiver.security == "starttls":
                session.starttls(context=self._tls)
            if receiver.user and self._password:
                session.login(receiver.user, self._password)
            yield session

    def mail_of(self, message: Message) -> EmailMessage:
        """The mail: all in its text, and nothing that a filter would have to open."""
        facts, mail = message.facts, EmailMessage()
        mail["Subject"] = f"Onlooker: {facts['event']} of severity {facts['severity']}, case {facts['case']}"
        mail["From"], mail["To"] = self._receiver.sender, ", ".join(self._receiver.to)
        mail["Date"] = format_datetime(datetime.fromisoformat(message.queued_at))
        mail["Message-ID"] = f"<{message.id}@{self._receiver.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers
        lines = (f"{name}: {in_text(facts[name])}" for name in TOLD if name in facts)
        mail.set_content("\n".join([f"Onlooker: {facts['event']}.", "", *lines, ""]))
        return mail


def said(error: smtplib.SMTPException) -> str:
    """What kind of error it was, with the server's status: its words may repeat what it was sent."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "no address was accepted"
    status = f" (status {error.smtp_code})" if isinstance(error, smtplib.SMTPResponseException) else ""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"user or password was not accepted{status}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server does not offer what was asked for: STARTTLS or a login"
    return f"the server did not take the mail{status}"
