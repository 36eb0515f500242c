"""A provider that says whatever a test wants it to say: discovery, keys and tokens, each signed as
they should be or as they should not.
"""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "pages", "a secret that the pages and this provider share"


class ProviderOfTests:
    """`say`: the claims of the next ID token, over the usual ones; None takes a claim out.
    `asked`, `told`: what was brought to be exchanged, and the ID tokens handed out for it.
    """

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "one"})
        self.reset()

    def reset(self) -> None:
        self.say: dict[str, Any] = {}
        self.signed = "as it should be"
        self.asked: list[dict[str, str]] = []
        self.told: list[str] = []

    def id_token(self) -> str:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "somebody",
            "name": "Some Body",
            "iat": now,
            "exp": now + 3600,
        }
        claims = {key: value for key, value in (usual | self.say).items() if value is not None}
        match self.signed:
            case "by a stranger":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.stranger)
            case "by the shared secret":
                key = OctKey.import_key(SECRET)
                return jwt.encode({"alg": "HS256"}, claims, key)
            case "by nobody":
                return f"{_part({'alg': 'none'})}.{_part(claims)}."
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def answer(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "code_challenge_methods_supported": ["S256"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            case "/keys":
                return {"keys": [self.key.as_dict(private=False)]}
            case "/token":
                self.told.append(self.id_token())
                return {
                    "token_type": "Bearer",
                    "access_token": "an-access-token-for-nothing",
                    "expires_in": 3600,
                    "id_token": self.told[-1],
                }
        return None


def _part(told: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


@contextmanager
def provider_of_tests() -> Iterator[ProviderOfTests]:
    found: list[ProviderOfTests] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.tell()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            found[0].asked.append({key: value[0] for key, value in parse_qs(body).items()})
            self.tell()

        def tell(self) -> None:
            said = found[0].answer(self.path)
            self.send_response(404 if said is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    found.append(ProviderOfTests(server.server_port))
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield found[0]
    finally:
        server.shutdown()
        server.server_close()
        serving.join(5)
