"""One module a topic: ``brief`` gives its sentences for the first page, ``section`` all that it has to say."""
