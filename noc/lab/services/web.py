"""The web interface of application servers, as far as it shows from outside: a login page over HTTPS.

Nothing else of them has a known interface (reference design, ch. Reporting and ch. Fax).
"""

from __future__ import annotations

import ssl
from html import escape
from http import HTTPStatus

import h11

from noc.lab.services.model import Gone
from noc.lab.tls import TlsConnection


class WebConnection(TlsConnection):
    """One connection of a browser. page: of the login, "/" leads there; gone: told when it ends."""

    def __init__(self, context: ssl.SSLContext, title: str, page: str, gone: Gone) -> None:
        super().__init__(context)
        self._title = title
        self._page = page
        self._gone = gone
        self._http = h11.Connection(h11.SERVER)
        self._asked: h11.Request | None = None

    def received(self, data: bytes) -> None:
        try:
            self._http.receive_data(data)
            self._read()
        except h11.RemoteProtocolError:
            self.close()

    def lost(self) -> None:
        if self._transport is not None:
            self._gone(self._transport)

    def _read(self) -> None:
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Request):
                self._asked = event
            elif isinstance(event, h11.EndOfMessage) and self._asked is not None:
                self._respond(self._asked)
            elif not isinstance(event, h11.Data):
                self.close()
                return

    def _respond(self, request: h11.Request) -> None:
        path = request.target.decode("latin-1").partition("?")[0]
        status = {"/": HTTPStatus.FOUND, self._page: HTTPStatus.OK}.get(path, HTTPStatus.NOT_FOUND)
        body = b"" if request.method == b"HEAD" else self._body(status).encode()
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        if status == HTTPStatus.FOUND:
            headers.append(("Location", self._page))
        response = h11.Response(status_code=status.value, headers=headers, reason=status.phrase.encode())
        self.send((self._http.send(response) or b"") + (self._http.send(h11.Data(data=body)) or b""))
        self.send(self._http.send(h11.EndOfMessage()) or b"")
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()

    def _body(self, status: HTTPStatus) -> str:
        if status != HTTPStatus.OK:
            return f"<!DOCTYPE html><title>{escape(status.phrase)}</title>\r\n"
        fields = '<input name="user"><input name="password" type="password"><input type="submit">'
        return (
            f"<!DOCTYPE html><title>{self._title} - Login</title>"
            f'<h1>{self._title}</h1><form method="post" action="{self._page}">{fields}</form>\r\n'
        )
