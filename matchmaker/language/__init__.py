"""Danish and English: which language a text is in, its sentences, its words for searching, its English gloss."""

from matchmaker.language.boundaries import sentences
from matchmaker.language.detection import detect
from matchmaker.language.glosses import Glossary, load_glossary
from matchmaker.language.terms import glossed, in_english, words

__all__ = ["Glossary", "detect", "glossed", "in_english", "load_glossary", "sentences", "words"]
