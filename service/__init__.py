"""The web service over one workspace: a JSON API and server-rendered pages."""
