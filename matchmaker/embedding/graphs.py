"""The default model as an OpenVINO graph: exported once, checked by hash, run without torch.

A graph folder holds ``model.xml``, ``model.bin`` and, written last, ``manifest.json`` with their SHA-256. It gets its name
by one rename, so it is either whole or absent, and what was damaged later is found by hash and made again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.embedding.encoders import checked, unit_rows
from matchmaker.errors import EncoderUnavailableError

log = logging.getLogger(__name__)

GRAPH_FILES = ("model.xml", "model.bin")
MANIFEST = "manifest.json"

BATCH_TOKENS = 1024
"""Tokens computed at once. More gains 3 % and makes a query wait longer behind a build."""

CHARACTERS_PER_TOKEN = 64
"""Text beyond this many characters per token that the model reads is cut before it is split into tokens."""


def openvino() -> ModuleType:
    """The ``openvino`` package, kept from reporting its use over the network.

    Importing it sends an event to its maker unless ``openvino_telemetry`` cannot be imported; nothing here
    may call out, so it cannot.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    return importlib.import_module("openvino")


def file_hash(path: Path) -> str:
    """A file's SHA-256 in hexadecimal characters; raises ``OSError`` when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; where it does not, bfloat16 only costs precision."""
    try:
        description = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    flags = next((line for line in description.splitlines() if line.startswith("flags")), "").split()
    return "avx512_bf16" in flags or "amx_bf16" in flags


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def exported_graph(model: Path, target: Path, *, name: str) -> Path:
    """``target``, holding the graph of the sentence-transformers model in the folder ``model``.

    Made when it is absent or damaged. Raises ``EncoderUnavailableError`` when it cannot be made.
    """
    if is_whole(target):
        return target
    started = time.perf_counter()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(target)
        with tempfile.TemporaryDirectory(prefix=f"{target.name}.new-", dir=target.parent) as temporary:
            made = Path(temporary) / "graph"
            made.mkdir()
            _export_in_child(model, made, name=name)
            _write_manifest(made)
            _put_in_place(made, target, Path(temporary) / "damaged")
    except OSError as error:
        raise EncoderUnavailableError(
            f"The encoder {name} cannot be prepared in {target.parent}: {error.strerror or error}. "
            "The folder must be writable and have 300 MB free, once.",
            name=name,
        ) from error
    log.info("exported the encoder %s in %.1f s", name, time.perf_counter() - started)
    return target


def is_whole(target: Path) -> bool:
    """Whether the graph folder holds every file as its manifest says."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return all(manifest[file] == file_hash(target / file) for file in GRAPH_FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _remove_left_over(target: Path) -> None:
    """Remove what killed exports left; an hour is far more than a running one takes."""
    for old in target.parent.glob(f"{target.name}.new-*"):
        if time.time() - old.stat().st_mtime > 3600:
            shutil.rmtree(old, ignore_errors=True)


def _export_in_child(model: Path, made: Path, *, name: str) -> None:
    """Export in a process of its own, so that torch and its 500 MB do not stay in this one."""
    code_folder = str(Path(__file__).resolve().parents[2])
    environment = os.environ | {
        "HF_HUB_OFFLINE": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONPATH": os.pathsep.join(filter(None, [code_folder, os.environ.get("PYTHONPATH", "")])),
    }
    command = [sys.executable, "-m", "matchmaker.embedding.export", str(model), str(made)]
    # The model's folder and the target come from this program, never from a request.
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if child.returncode != 0:
        reason = next(iter(reversed(child.stderr.strip().splitlines())), f"exit status {child.returncode}")
        raise EncoderUnavailableError(
            f"The encoder {name} could not be exported: {reason}. Reinstall sentence-transformers, torch and openvino.",
            name=name,
        )


def _write_manifest(made: Path) -> None:
    for file in GRAPH_FILES:
        _flush(made / file)
    manifest = made / MANIFEST
    manifest.write_text(json.dumps({file: file_hash(made / file) for file in GRAPH_FILES}), encoding="utf-8")
    _flush(manifest)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _put_in_place(made: Path, target: Path, damaged: Path) -> None:
    if target.exists() and not is_whole(target):
        target.rename(damaged)
    try:
        made.rename(target)
    except OSError:
        # Another process may have been faster; its graph is as good.
        if not is_whole(target):
            raise


class GraphEncoder:
    """An exported graph behind the ``Encoder`` protocol, for models whose texts need no prefix.

    Only texts of equal token count are computed together. Nothing is padded, and a text's vector does not
    depend, to the last bit, on what else is in the list.
    """

    def __init__(self, name: str, graph: Path, tokenizer: Path, *, max_tokens: int, bfloat16: bool) -> None:
        from tokenizers import Tokenizer

        ov = openvino()
        self.name = name
        self._max_characters = max_tokens * CHARACTERS_PER_TOKEN
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        # The file fixes both at 128 tokens.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._marks = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._compiled = ov.Core().compile_model(
            graph / "model.xml",
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
                # One stream per processor: two batches side by side are 1.1 times as fast as one on both.
                "NUM_STREAMS": processors(),
                "INFERENCE_NUM_THREADS": processors(),
                "ENABLE_CPU_PINNING": False,
            },
        )
        self.dimensions = int(self._compiled.output(0).get_partial_shape()[1].get_length())

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), as ``Encoder.encode`` promises; ``query`` changes nothing."""
        cut = [text[: self._max_characters] for text in checked(texts)]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(cut)]
        rows = np.zeros((len(tokens), self.dimensions), dtype=np.float32)
        self._compute(self._batches(tokens), tokens, rows)
        return unit_rows(rows)

    def _batches(self, tokens: Sequence[Sequence[int]]) -> list[list[int]]:
        """Positions of texts of one length each, longest first so that no long batch is left for the end."""
        of_length: dict[int, list[int]] = {}
        for position, ids in enumerate(tokens):
            if len(ids) > self._marks:
                of_length.setdefault(len(ids), []).append(position)
        batches = []
        for length in sorted(of_length, reverse=True):
            size = max(1, BATCH_TOKENS // length)
            positions = of_length[length]
            batches += [positions[start : start + size] for start in range(0, len(positions), size)]
        return batches

    def _compute(
        self, batches: Sequence[list[int]], tokens: Sequence[Sequence[int]], rows: NDArray[np.float32]
    ) -> None:
        """Fill ``rows``, with one batch under way on every processor.

        The requests are this call's own, so threads do not meet. No completion callbacks: they run on threads
        that Python does not know, and made one process in two abort when it ended.
        """
        requests = [self._compiled.create_infer_request() for _ in range(min(len(batches), processors()))]
        under_way: deque[tuple[Any, list[int]]] = deque()

        def finish_one() -> Any:
            request, batch = under_way.popleft()
            request.wait()
            rows[batch] = request.get_output_tensor(0).data
            return request

        for batch in batches:
            request = requests.pop() if requests else finish_one()
            request.start_async([_token_matrix(tokens, batch)])
            under_way.append((request, batch))
        while under_way:
            finish_one()


def _token_matrix(tokens: Sequence[Sequence[int]], batch: Sequence[int]) -> NDArray[np.int64]:
    return np.array([tokens[position] for position in batch], dtype=np.int64)
