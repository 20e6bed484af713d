"""The pages by which people come in and go out: sign-in, invitation, one's own account."""
