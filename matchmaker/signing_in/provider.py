"""Signing in with an OpenID provider: the way there, and what its answer says of who came (OpenID Connect Core 1.0)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from matchmaker.errors import ProviderError
from matchmaker.settings import Settings, secret
from matchmaker.users import Identity

log = logging.getLogger(__name__)

T = TypeVar("T")

SCOPE = "openid email"
TIMEOUT_SECONDS = 8
REST_SECONDS = 15
"""A provider that could not be reached is not asked again so soon: nobody else's sign-in shall wait behind it."""
LEEWAY_SECONDS = 60
"""How far the provider's clock may be from this one."""
KEPT_SECONDS = 600
"""How long what the provider says of itself is taken for true."""
LONGEST_SUBJECT = 255

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has; never ``none``, and none by the secret that both share."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was begun, known to the browser that began it alone."""

    state: str
    """Comes back with the answer, so that nobody can slip in another's."""
    nonce: str
    """Comes back inside the signed token."""
    verifier: str
    """Proves to the provider that whoever brings the code is who asked for it (PKCE, RFC 7636)."""


class Provider:
    """One OpenID provider as the settings name it; may be shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._down_until = 0.0

    @property
    def is_configured(self) -> bool:
        """Whether the settings name a provider."""
        return bool(self._settings.oidc_issuer)

    @property
    def name(self) -> str:
        """What it is called on the sign-in page."""
        return self._settings.oidc_name or urlsplit(self._settings.oidc_issuer).hostname or ""

    def check(self) -> None:
        """Ask the provider what it says of itself; raises ``ProviderError`` (``down``)."""
        self._metadata = None
        self._about()

    def begin(self, back: str) -> tuple[Attempt, str]:
        """A new attempt, and the address of the provider's to go to; ``back`` is where it sends the browser afterwards.

        Raises ``ProviderError`` (``down``).
        """
        attempt = Attempt(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
        metadata = self._about()
        with self._client(metadata, back) as client:
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return attempt, str(address)

    def finish(self, attempt: Attempt, answer: Mapping[str, str], back: str) -> Identity:
        """Whom the provider's answer is about: the code is exchanged, the token's signature and every claim checked.

        Raises ``ProviderError``: ``refused``, ``stale``, ``invalid`` or ``down``.
        """
        metadata = self._about()
        self._check_answer(attempt, answer)
        with self._client(metadata, back) as client:
            token = self._token(client, metadata["token_endpoint"], answer["code"], attempt.verifier)
            claims = self._claims(token, attempt.nonce, metadata)
            if not {"email", "email_verified"} <= claims.keys() and metadata.get("userinfo_endpoint"):
                claims = claims | self._told_besides(client, metadata["userinfo_endpoint"], claims["sub"])
        told, subject = claims.get("email"), claims["sub"]
        email = told if isinstance(told, str) else ""
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise ProviderError("invalid")
        return Identity(
            self._settings.oidc_issuer,
            subject,
            email,
            bool(email) and claims.get("email_verified") is True,
        )

    def _check_answer(self, attempt: Attempt, answer: Mapping[str, str]) -> None:
        if not answer.get("state") or answer["state"] != attempt.state:
            raise ProviderError("stale")
        # An answer of another provider that was mixed in (RFC 9207).
        if answer.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise ProviderError("invalid")
        if answer.get("error") or not answer.get("code"):
            raise ProviderError("refused")

    def _claims(self, token: Mapping[str, Any], nonce: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """The claims of the identity token, signed for this service by the provider's own key."""
        sent = token.get("id_token")
        if not isinstance(sent, str):
            raise ProviderError("invalid")
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(
            algorithms=[each for each in _ALGORITHMS if each in offered], strict_check_header=False
        )
        try:
            try:
                decoded = jwt.decode(sent, self._key_set(metadata), registry=registry)
            except InvalidKeyIdError:
                # The provider has new keys.
                decoded = jwt.decode(sent, self._key_set(metadata, anew=True), registry=registry)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._settings.oidc_issuer},
                    "aud": {"essential": True, "value": self._settings.oidc_client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._settings.oidc_client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            log.warning("an identity token was refused: %s", type(error).__name__)
            raise ProviderError("invalid") from error
        return dict(claims)

    def _told_besides(self, client: OAuth2Client, address: str, subject: object) -> dict[str, Any]:
        """Address and whether it is verified, from where providers tell what is not in the token."""
        told = self._answered(lambda: client.get(address))
        if told.get("sub") != subject:
            raise ProviderError("invalid")
        # Both from one place: what is said of one address must not vouch for another.
        return {name: told.get(name) for name in ("email", "email_verified")}

    def _about(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0), kept for a while."""
        now = time.monotonic()
        if self._metadata is not None and now - self._metadata[0] < KEPT_SECONDS:
            return self._metadata[1]
        issuer = self._settings.oidc_issuer
        with _client() as client:
            told = self._answered(
                lambda: client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            )
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if told.get("issuer") != issuer or not all(_safe(told.get(each), issuer) for each in needed):
            log.warning("the provider does not call itself %s, or names no safe addresses", issuer)
            raise ProviderError("down")
        if told.get("userinfo_endpoint") and not _safe(told["userinfo_endpoint"], issuer):
            raise ProviderError("down")
        self._metadata = (now, told)
        return told

    def _key_set(self, metadata: Mapping[str, Any], *, anew: bool = False) -> KeySet:
        now = time.monotonic()
        if not anew and self._keys is not None and now - self._keys[0] < KEPT_SECONDS:
            return self._keys[1]
        with _client() as client:
            told = self._answered(lambda: client.get(metadata["jwks_uri"]))
        keys = KeySet.import_key_set(told)  # type: ignore[arg-type]
        self._keys = (now, keys)
        return keys

    def _client(self, metadata: Mapping[str, Any], back: str) -> OAuth2Client:
        try:
            known = secret(self._settings, "oidc_client_secret")
        except OSError as error:
            raise ProviderError("down") from error
        ways = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=known or None,
            token_endpoint_auth_method=way if known else "none",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            # The access token is used at once, however short it lasts.
            leeway=0,
        )

    def _answered(self, ask: Callable[[], httpx2.Response]) -> dict[str, Any]:
        """The JSON object that the provider answers with; raises ``ProviderError`` (``down``) for anything else."""
        try:
            response = self._reached(ask)
            response.raise_for_status()
            told = response.json()
        except (httpx2.HTTPError, httpx2.InvalidURL, AuthlibBaseError, ValueError) as error:
            log.warning("the provider does not answer: %s", type(error).__name__)
            raise ProviderError("down") from error
        if not isinstance(told, dict):
            raise ProviderError("down")
        return told

    def _token(self, client: OAuth2Client, address: str, code: str, verifier: str) -> Mapping[str, Any]:
        """What the provider gives for the code."""
        try:
            token: Mapping[str, Any] = self._reached(
                lambda: client.fetch_token(
                    address, grant_type="authorization_code", code=code, code_verifier=verifier
                )
            )
        except AuthlibBaseError as error:
            # A code that was used, is too old, or belongs to another attempt; or a secret that is wrong.
            log.warning("the provider gave no token: %s", error.error)
            raise ProviderError("down" if error.error == "invalid_client" else "stale") from error
        except (httpx2.HTTPError, ValueError) as error:
            log.warning("the provider does not answer: %s", type(error).__name__)
            raise ProviderError("down") from error
        return token

    def _reached(self, ask: Callable[[], T]) -> T:
        """Ask, unless the provider could not be reached just now."""
        if time.monotonic() < self._down_until:
            raise ProviderError("down")
        try:
            return ask()
        except httpx2.TransportError:
            self._down_until = time.monotonic() + REST_SECONDS
            raise


def _client() -> httpx2.Client:
    return httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)


def _safe(address: object, issuer: str) -> bool:
    """Whether an address is encrypted, or as little as the issuer's own is."""
    return isinstance(address, str) and (
        address.startswith("https://") or (issuer.startswith("http://") and address.startswith("http://"))
    )
