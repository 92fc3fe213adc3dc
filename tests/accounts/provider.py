"""A small OpenID Connect provider on a local port, strict about PKCE and client authentication."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

CLIENT, SECRET = "kaichuang", "client secret"


class Provider:
    """`person` is who signs in next; `claims` go into the ID token."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.person: dict[str, Any] = {
            "sub": "33022619900101",
            "name": "张伟",
            "preferred_username": "zhangwei",
        }
        self.claims: dict[str, Any] = {}
        self.pending: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []

    def authorize(self, url: str) -> str:
        """The user consents at the address that the browser was sent to; returns the callback's address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        code = secrets.token_urlsafe(16)
        self.pending[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self.pending.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or authorization != f"Basic {basic}" or challenge != asked["code_challenge"]:
            self.refused.append(form.get("code", ""))
            return None
        now = int(time.time())
        payload = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            **self.person,
            **self.claims,
        }
        token = jwt.encode(
            payload, "irrelevant: fetched directly, never through a browser", algorithm="HS256"
        )
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}


@contextmanager
def running() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def answer(self, body: dict[str, Any] | None, status: int = 200) -> None:
            data = json.dumps(body if body is not None else {"error": "invalid_grant"}).encode()
            self.send_response(status if body is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            base = provider.address
            if self.path.endswith("/.well-known/openid-configuration"):
                self.answer(
                    {
                        "issuer": base,
                        "authorization_endpoint": f"{base}/authorize",
                        "token_endpoint": f"{base}/token",
                        "userinfo_endpoint": f"{base}/userinfo",
                        "jwks_uri": f"{base}/jwks",
                        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                    }
                )
            elif self.path == "/userinfo" and self.headers.get("Authorization") == "Bearer access":
                self.answer(provider.person)
            else:
                self.answer(None)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self.answer(provider.token(form, self.headers.get("Authorization", "")))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
