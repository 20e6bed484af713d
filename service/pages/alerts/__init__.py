"""The pages of saved searches, alerts and webhooks."""
