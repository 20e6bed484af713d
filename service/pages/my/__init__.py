"""The pages of a firm's workplace, under ``/my``: each is about the actor that the caller speaks for and no other."""
