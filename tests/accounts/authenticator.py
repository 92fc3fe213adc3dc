"""A passkey in software: makes credentials and signs challenges as a browser would hand them over."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

ORIGIN = "http://testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    def __init__(self, *, verifies: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.verifies = verifies
        self.count = 0
        self.handle = b""

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": ORIGIN, "crossOrigin": False}
        ).encode()

    def _data(self, rp: str, credential: bytes = b"") -> AuthenticatorData:
        self.count += 1
        flags = FLAG.UP | (FLAG.UV if self.verifies else FLAG(0)) | (FLAG.AT if credential else FLAG(0))
        return AuthenticatorData.create(hashlib.sha256(rp.encode()).digest(), flags, self.count, credential)

    def create(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"].encode()
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = self._data(asked["rp"]["id"], bytes(credential))
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        return json.dumps(
            {
                "type": "public-key",
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "response": {
                    "clientDataJSON": websafe_encode(
                        self._client_data("webauthn.create", asked["challenge"])
                    ),
                    "attestationObject": websafe_encode(attestation),
                    "transports": ["internal"],
                },
                "clientExtensionResults": {"credProps": {"rk": True}},
                "authenticatorAttachment": "platform",
            }
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.get`."""
        asked = options["publicKey"]
        client = self._client_data("webauthn.get", asked["challenge"])
        data = bytes(self._data(asked["rpId"]))
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            {
                "type": "public-key",
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "response": {
                    "clientDataJSON": websafe_encode(client),
                    "authenticatorData": websafe_encode(data),
                    "signature": websafe_encode(signature),
                    "userHandle": self.handle.decode(),
                },
                "clientExtensionResults": {},
                "authenticatorAttachment": "platform",
            }
        )
