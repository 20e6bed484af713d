"""Run as a program, in a process of its own: a sentence-transformers model in, an OpenVINO graph out.

``python -m matchmaker.embedding.export MODEL_FOLDER TARGET_FOLDER``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

from matchmaker.embedding.graphs import openvino


class MeanPooled(torch.nn.Module):
    """A transformer, the mean over its tokens, and length 1, for token matrices without padding."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Unit rows of shape (texts, d) from token ids of shape (texts, tokens)."""
        states = self.transformer(
            input_ids=input_ids, token_type_ids=torch.zeros_like(input_ids), attention_mask=None
        ).last_hidden_state
        return torch.nn.functional.normalize(states.mean(1), dim=1)


def export(model: Path, target: Path) -> None:
    """Write ``model.xml`` and ``model.bin``, with weights in float32, into the folder ``target``."""
    ov = openvino()
    reference = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    transformer: Any = reference[0]
    module = MeanPooled(transformer.auto_model).eval()
    example = torch.arange(5, 23, dtype=torch.int64).reshape(2, 9)
    with torch.no_grad():
        graph = ov.convert_model(module, example_input={"input_ids": example})
    ov.save_model(graph, target / "model.xml", compress_to_fp16=False)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
