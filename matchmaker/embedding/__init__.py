"""Texts become unit vectors here: encoders, and the cache that lets each text be encoded once.

``load_encoder`` gives an ``Encoder``; ``encode_cached`` runs it over many texts and keeps what it has done.
"""

from matchmaker.embedding.cache import MemoryCache, VectorCache, encode_cached, text_key
from matchmaker.embedding.encoders import Encoder
from matchmaker.embedding.models import load_encoder

__all__ = ["Encoder", "MemoryCache", "VectorCache", "encode_cached", "load_encoder", "text_key"]
