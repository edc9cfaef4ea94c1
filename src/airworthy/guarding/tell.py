"""Telling people: a line on the terminal, a webhook, a mail; none of them may hold the watch up."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from airworthy.guarding.account import Account
from airworthy.guarding.boottime import boottime
from airworthy.guarding.terms import Terms
from airworthy.kernel.units import format_duration

TIMEOUT = 10.0
"""Seconds that a webhook or a mail server may take."""
NAME = "airworthy guard"


def say(text: str) -> None:
    """One line on standard error, without stopping a guardian that is not in the foreground."""
    with _allowed_to_write():
        try:
            os.write(sys.stderr.fileno(), f"{NAME}: {text}\n".encode(errors="backslashreplace"))
        except OSError:  # the terminal was closed; the watch goes on
            return


@contextmanager
def _allowed_to_write() -> Iterator[None]:
    """A terminal set to `tostop` stops a background process that writes, unless it blocks SIGTTOU."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Messenger:
    """Sends texts to a terminal, a webhook and an address; the last two from threads of their own.

    Parameters
    ----------
    webhook, mail : where to, or None.
    """

    def __init__(self, webhook: str | None, mail: str | None) -> None:
        self._webhook, self._mail = webhook, mail
        self._running: list[threading.Thread] = []
        self._said: set[str] = set()

    def say_once(self, text: str) -> None:
        """A line that would otherwise come again every few seconds."""
        if text not in self._said:
            self._said.add(text)
            say(text)

    def send(self, text: str, project: str, document: dict[str, object]) -> None:
        """Say it here, and send it with what a program wants to know."""
        say(text)
        whole = f"{NAME}, {project}: {text}"
        if (webhook := self._webhook) is not None:
            self._start("webhook", lambda: _post(webhook, {"text": whole, "project": project, **document}))
        if (mail := self._mail) is not None:
            self._start("mail", lambda: _mail(mail, whole))

    def _start(self, what: str, work: Callable[[], None]) -> None:
        def attempt() -> None:
            try:
                work()
            except (OSError, ValueError) as error:  # also every error of smtplib and urllib
                say(f"the {what} could not be sent: {error}")

        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        self._running = [*(one for one in self._running if one.is_alive()), thread]

    def wait(self) -> None:
        """Let messages on their way arrive, no longer than their time allows."""
        until = boottime() + TIMEOUT
        for thread in self._running:
            thread.join(max(0.0, until - boottime()))


class Teller(Messenger):
    """Tells what happens to a command."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms.webhook, terms.mail)
        self._terms = terms

    def warn(self, terms: Terms, account: Account, limit: str, mark: int, used: str) -> None:
        """`mark` per cent of a limit are used."""
        ahead = account.began + terms.limit_seconds - terms.grace_seconds - boottime()
        when = f"; SIGTERM in {format_duration(max(0.0, ahead))}" if limit in ("time", "cost") else ""
        self._send(f"{mark} % of the limit of {limit} used: {used}{when}.", account, limit, mark)

    def stopping(self, terms: Terms, account: Account) -> None:
        """The end has begun."""
        wait = max(0.0, (account.kill_at or 0.0) - (account.stop_at or 0.0))
        text = f"stopping ({account.reason}): SIGTERM sent, SIGKILL in {format_duration(wait)}."
        if wait == 0:
            text = f"stopping ({account.reason}): SIGKILL at once."
        self._send(text, account, account.reason or "", 100)

    def _send(self, text: str, account: Account, limit: str, mark: int) -> None:
        terms = self._terms
        spend = account.spend(terms).as_json()
        self.send(text, terms.project, {"id": terms.id, "limit": limit, "per_cent": mark, "spend": spend})


def _post(address: str, document: dict[str, object]) -> None:
    import http.client  # both: a tenth of a second that only a guard with a webhook pays
    import urllib.request

    request = urllib.request.Request(
        address, json.dumps(document).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            answer.read(1)
    except http.client.HTTPException as error:
        raise OSError(f"no answer in HTTP: {error!r}") from error


def _mail(to: str, text: str) -> None:
    """Through the server of AIRWORTHY_SMTP: `smtp://user:password@host:587`, or `smtps://`."""
    import smtplib  # both: as above
    from email.message import EmailMessage

    server = urlsplit(os.environ["AIRWORTHY_SMTP"])
    message = EmailMessage()
    message["Subject"], message["To"] = text[:120], to
    message["From"] = unquote(server.username or "") if "@" in unquote(server.username or "") else to
    message.set_content(text)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "", server.port or 0, timeout=TIMEOUT) as smtp:
        if server.scheme != "smtps" and smtp.has_extn("starttls"):
            smtp.starttls()
        if server.username and server.password:
            smtp.login(unquote(server.username), unquote(server.password))
        smtp.send_message(message)
