"""Small models made here in sentence-transformers' layout, texts to encode, and damage to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SENTENCES = [
    "Our plant refines protein from clover grass for pig feed.",
    "Vi søger en partner, der kan aftage 5.000 ton halm om året.",
    "Biogas from manure, with the digestate returned to the fields.",
    "Grøn bioraffinering af kløvergræs til proteinkoncentrat.",
    "Enzymes that open lignocellulose at 50 °C.",
    "Virksomheden tilbyder pilotforsøg med membranfiltrering af restvand.",
    "The project develops packaging from seaweed fibres (TRL 4–6).",
    "Kommunen vil lukke kredsløbet for fosfor fra spildevand.",
    "C++ and Python software for spectroscopy in dairies; DK-8000 Aarhus.",
    "Rådgivning om støtteordninger, ansøgninger og forretningsplaner.",
]


def mixed_texts() -> list[str]:
    """Fifty texts of one to five sentences."""
    return [
        " ".join(SENTENCES[(start + step) % len(SENTENCES)] for step in range(count))
        for count in range(1, 6)
        for start in range(len(SENTENCES))
    ]


def small_tokenizer() -> Any:
    """Splits at white space; knows letters and a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "query",
        "passage",
        ":",
        "protein",
        "straw",
        "halm",
        "biogas",
    ]
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = {word: row for row, word in enumerate(words + letters + ["##" + each for each in letters])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def small_bert(folder: Path, *, pooling: str = "mean", prompts: dict[str, str] | None = None) -> Path:
    """A random two-layer model in sentence-transformers' layout, with 24 dimensions."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    bert = folder.with_name(folder.name + "-bert")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=small_tokenizer(),
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )
    size = BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(size).save_pretrained(bert)
    tokenizer.save_pretrained(bert)
    transformer = Transformer(str(bert))
    modules = [transformer, Pooling(24, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(
        str(folder), create_model_card=False
    )
    return folder


def small_static(folder: Path) -> Path:
    """Random word vectors in sentence-transformers' layout, with 16 dimensions."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = small_tokenizer()
    weights = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), 16)).astype(np.float32)
    static = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[static], device="cpu").save(str(folder), create_model_card=False)
    return folder


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 8
    path.write_bytes(content)
