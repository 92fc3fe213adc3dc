"""Logins: password, TOTP, passkeys, single sign-on; who must use a second factor."""
