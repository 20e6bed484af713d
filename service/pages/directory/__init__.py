"""The open directory: the pages that everybody may see, and the switch on an actor's page."""
