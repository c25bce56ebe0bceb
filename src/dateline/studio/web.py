"""The few requests that this package makes itself: who a key belongs to, and new accounts.

They go straight to the server: no proxy is asked, and a redirect is never followed, so that a key
reaches no one else.
"""

from __future__ import annotations

import http.client
import http.cookies
import ipaddress
import json
import re
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from dateline.errors import DataError, UsageError

__all__ = ["add_account", "checked_email", "is_here", "new_password", "whoami"]

_SIGN_UP = "/user/signup/"


def whoami(url: str, key: str) -> str | None:
    """The e-mail address of a key's account; None when no server there knows the key."""
    try:
        status, _, body = _request(url, "GET", "/api/current-user/whoami", _token(key))
        return str(json.loads(body)["email"]) if status == 200 else None
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def is_here(url: str) -> bool:
    """Whether an address is one of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_email(email: str, where: str) -> str:
    """An e-mail address as the server keeps it.

    Raises
    ------
    UsageError : what no one could sign in with.
    """
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email) or len(email) > 255:
        raise UsageError(where, "an e-mail address, such as ana@example.org", repr(email))
    return email.lower()


def new_password() -> str:
    """A password of 96 random bits."""
    return secrets.token_urlsafe(12)


def add_account(url: str, key: str, email: str) -> str | None:
    """Make an account with the invitation link of the server; its password, None if it was there.

    The link is renewed afterwards: whoever saw it cannot use it.

    Raises
    ------
    DataError : the server does not answer, refuses the key, or does not take the address.
    """
    try:
        if email in _accounts(url, key):
            return None
        password = new_password()
        path = f"{_SIGN_UP}?token={_api(url, 'GET', '/api/invite', key)['token']}"
        try:
            _sign_up(url, path, email, password)
        finally:
            _api(url, "POST", "/api/invite/reset-token", key)
        if email not in _accounts(url, key):
            raise DataError(url, f"an account for {email}", "a server that did not make it")
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise DataError(url, "a Label Studio server", type(error).__name__) from None
    return password


def _accounts(url: str, key: str) -> set[str]:
    return {str(user["email"]) for user in _api(url, "GET", "/api/users/", key)}


def _sign_up(url: str, path: str, email: str, password: str) -> None:
    """Fill in the sign-up form, as a person with the link would."""
    _, head, _ = _request(url, "GET", path, {})
    cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
    for line in head.get_all("Set-Cookie") or []:
        cookies.load(line)
    form = {"email": email, "password": password, "csrfmiddlewaretoken": cookies["csrftoken"].value}
    sent = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()),
        "Referer": url,
    }
    status, _, _ = _request(url, "POST", path, sent, urlencode(form).encode())
    if status != 302:
        raise DataError(url, f"an account for {email}", f"HTTP {status} from the sign-up form")


def _token(key: str) -> dict[str, str]:
    return {"Authorization": f"Token {key}"}


def _api(url: str, method: str, path: str, key: str) -> Any:
    status, _, body = _request(url, method, path, _token(key))
    if status not in (200, 201):
        raise DataError(f"{url}{path}", "HTTP 200", f"HTTP {status}")
    return json.loads(body)


def _request(
    url: str, method: str, path: str, head: dict[str, str], body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind(parts.hostname or "", parts.port, timeout=30)
    try:
        link.request(method, parts.path + path, body, head)
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        link.close()
