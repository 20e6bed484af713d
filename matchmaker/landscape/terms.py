"""The words of every document, counted: inflections as one word, pairs of words as terms, names set apart."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.landscape.documents import Documents

MOST_CHARACTERS = 4000
"""Of every document, so that long profiles do not outweigh short ones."""

# Words of the closed classes only; what is common without being one of them is found by counting.
_STOP_WORDS = frozenset(
    """
    a about above across after again against all almost alone along already also although always am among an and
    another any anyone anything are around as at away based be became because become been before being below best better
    between beyond both but by can cannot could did do does doing done down due during each either else enough et etc
    even ever every few first for from further get give given go good had has have having he hence her here him his how
    however if in including indeed into is it its itself just last least less let like made main mainly make makes many
    may me might more moreover most much must my near need needs neither never new next no nor not nothing now of off
    often on once one only onto or other others our out over own part per put rather s same second see seem several
    shall she should since so some still such t take taken than that the their them then there thereby therefore these
    they this those three through throughout thus to together too toward towards two under until up upon us use used
    using various very via was we well were what when where whereas whether which while who whole whom whose why will
    with within without would yet you your ours able across both well-known e.g i.e vs
    ad af alle allerede alt altid anden andet andre at bare begge blandt blev blevet blive bliver bl.a både ca da de
    dem den denne der deres derfor des desuden det dette dig din disse dit dog du efter ellers en end endnu ene eneste
    enten er et f.eks flere fleste for fordi forskellige fra frem få får før først første gennem gjorde gjort god gode
    godt gøre gør ham han hans har havde have helt hen hende her hinanden hos hvad hver hvert hvis hvilke hvilken hvilket
    hvor hvordan hvorfor i igen igennem ikke ind inden indenfor ingen intet især jeg jer kan kom kommer kun kunne lade
    langt lav lave laver lidt lige lille man mange med meget mellem men mens mere mest mig min mindre mindst mod må måtte
    ned nogen nogle noget nok nu ny nye nyt når nær næste og også om omkring op os over overfor på samme sammen samt se
    selv ser ses sig sin sine sit siden skal skulle som stor store stort står så sådan således synes tag tage til
    tilbage to tre ud uden under undervejs ved vi via videre vil ville vores være været
    """.split()
)
_TOKEN = re.compile(r"\w+(?:[-’'&]\w+)*|[^\w\s]")
_DANISH_ENDINGS = (
    "erne",
    "ernes",
    "ene",
    "ens",
    "ets",
    "ers",
    "en",
    "et",
    "er",
    "ne",
    "e",
    "n",
    "t",
    "s",
    "r",
)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """All terms of one or two words by document."""

    present: sparse.csr_array
    """Shape (m, t), float32 ones: which document says which term; words come before pairs."""
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    """Shape (t,): terms of the words that a term is made of; both the term itself where it is a single word."""
    languages: list[str]
    """The language of each document, or ``""``."""
    names: NDArray[np.bool_]
    """Shape (t,): whether the term holds a word that is an actor's name."""
    forms: list[str]
    """Every term as it is written most often."""


def terms(corpus: Corpus, documents: Documents) -> Terms:
    """Count the terms that occur in at least two documents (three where there are more than 1,000)."""
    texts = _texts(corpus, documents)
    languages = _languages(corpus, documents)
    vocabulary, tokens, owner = _tokens(texts)
    danish = np.array([language == "da" for language in languages], dtype=np.bool_)[owner]
    word_of = _words(vocabulary, tokens, danish)
    words = word_of[tokens]
    pairs = np.flatnonzero((words[:-1] >= 0) & (words[1:] >= 0) & (owner[:-1] == owner[1:]))
    size = int(words.max(initial=-1)) + 1
    single = np.flatnonzero(words >= 0)
    # A word has its own number, a pair of words the numbers of both.
    keys = np.concatenate([words[single], size + words[pairs] * size + words[pairs + 1]])
    places = np.concatenate([single, pairs])
    seen = np.unique(keys * len(texts) + owner[places]) if len(keys) else np.zeros(0, np.int64)
    kept, in_documents = np.unique(seen // max(len(texts), 1), return_counts=True)
    kept = kept[in_documents >= (3 if len(texts) > 1000 else 2)]
    # Both words of a pair are in as many documents as the pair, so they were kept as well.
    seen = seen[np.isin(seen // max(len(texts), 1), kept)]
    column = np.searchsorted(kept, seen // max(len(texts), 1))
    present = sparse.csr_array(
        (np.ones(len(seen), dtype=np.float32), (seen % max(len(texts), 1), column)),
        shape=(len(texts), len(kept)),
    )
    is_pair = kept >= size
    first = np.where(is_pair, np.searchsorted(kept, (kept - size) // max(size, 1)), np.arange(len(kept)))
    second = np.where(is_pair, np.searchsorted(kept, (kept - size) % max(size, 1)), np.arange(len(kept)))
    forms = _forms(vocabulary, tokens, keys, places, kept, is_pair)
    named = _names(
        corpus, documents, present, forms, is_pair, _capitalised(vocabulary, tokens, owner, words, kept)
    )
    return Terms(present, first, second, languages, named[first] | named[second], forms)


def _texts(corpus: Corpus, documents: Documents) -> list[str]:
    """Every document's text; the title of a collaboration where there is no other."""
    found = []
    passages = documents.passages
    for row, column in enumerate(documents.columns.tolist()):
        mine = passages.indices[passages.indptr[row] : passages.indptr[row + 1]]
        text = "\n".join(corpus.texts[each] for each in sorted(mine.tolist()))
        found.append((text or (corpus.titles[column] if column >= 0 else ""))[:MOST_CHARACTERS])
    return found


def _languages(corpus: Corpus, documents: Documents) -> list[str]:
    found = []
    passages = documents.passages
    for row in range(passages.shape[0]):
        mine = passages.indices[passages.indptr[row] : passages.indptr[row + 1]].tolist()
        counted = Counter(corpus.languages[each] for each in mine if corpus.languages[each])
        found.append(min(counted, key=lambda language: (-counted[language], language), default=""))
    return found


def _tokens(texts: Sequence[str]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The vocabulary as written, the tokens as indexes into it, and the document of each token."""
    index: defaultdict[str, int] = defaultdict(count().__next__)
    found = array("i")
    lengths = []
    for text in texts:
        tokens = _TOKEN.findall(text)
        lengths.append(len(tokens))
        found.extend(map(index.__getitem__, tokens))
    flat = np.array(found, dtype=np.int64)
    return list(index), flat, np.repeat(np.arange(len(texts)), np.array(lengths, dtype=np.int64))


def _words(
    vocabulary: Sequence[str], tokens: NDArray[np.int64], danish: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The word that each written form belongs to, or -1 where it cannot stand in a label."""
    uses = np.bincount(tokens, minlength=len(vocabulary))
    danish_uses = np.bincount(tokens, weights=danish, minlength=len(vocabulary))
    lowered: dict[str, list[int]] = defaultdict(list)
    for form, text in enumerate(vocabulary):
        if _can_label(text):
            lowered[text.lower()].append(form)
    speaks_danish = {
        word: danish_uses[forms].sum() * 2 > uses[forms].sum() for word, forms in lowered.items()
    }
    number: dict[str, int] = {}
    found = np.full(len(vocabulary), -1, dtype=np.int64)
    for word in sorted(lowered):
        root = _root(word, speaks_danish)
        found[lowered[word]] = number.setdefault(root, len(number))
    return found


def _can_label(form: str) -> bool:
    letters = sum(map(str.isalpha, form))
    if letters * 2 <= len(form) or form.lower() in _STOP_WORDS:
        return False
    return letters > 2 or (letters == 2 and form.isupper())


def _root(word: str, speaks_danish: dict[str, np.bool_]) -> str:
    """The shortest form in use of which the word is an inflection; of one language only."""
    danish = bool(speaks_danish[word])
    while True:
        shorter = next(
            (
                each
                for each in (_danish_bases(word) if danish else _english_bases(word))
                if len(each) > 3 and each in speaks_danish and bool(speaks_danish[each]) == danish
            ),
            None,
        )
        if shorter is None:
            return word
        word = shorter


def _english_bases(word: str) -> list[str]:
    if word.endswith(("'s", "’s")):
        return [word[:-2]]
    if word.endswith("ies"):
        return [word[:-3] + "y", word[:-1]]
    if word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return [word[:-1], word[:-2]]
    return [word[:-1]] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else []


def _danish_bases(word: str) -> list[str]:
    found = [word[: -len(ending)] for ending in _DANISH_ENDINGS if word.endswith(ending)]
    # Doubled consonants: biogassen, anlægget.
    return found + [each[:-1] for each in found if each[-1:] == each[-2:-1] and each[-1:] not in "aeiouyæøå"]


def _forms(
    vocabulary: Sequence[str],
    tokens: NDArray[np.int64],
    keys: NDArray[np.int64],
    places: NDArray[np.int64],
    kept: NDArray[np.int64],
    is_pair: NDArray[np.bool_],
) -> list[str]:
    """How every kept term is written most often; of two ways equally frequent, the later in the alphabet (lower case)."""
    if not len(kept):
        return []
    used = np.isin(keys, kept)
    term = np.searchsorted(kept, keys[used])
    place = places[used]
    after = np.where(is_pair[term], tokens[np.minimum(place + 1, len(tokens) - 1)], 0)
    size = len(vocabulary)
    alphabetical = sorted(range(size), key=vocabulary.__getitem__)
    rank = np.empty(size, dtype=np.int64)
    rank[alphabetical] = np.arange(size)
    written, times = np.unique(
        np.stack([term, rank[tokens[place]] * size + rank[after]]), axis=1, return_counts=True
    )
    order = np.lexsort((written[1], times, written[0]))
    last = np.flatnonzero(np.diff(written[0][order], append=-1))
    best = written[1][order][last]
    return [
        vocabulary[alphabetical[form // size]] + (f" {vocabulary[alphabetical[form % size]]}" if pair else "")
        for form, pair in zip(best.tolist(), is_pair.tolist(), strict=True)
    ]


def _capitalised(
    vocabulary: Sequence[str],
    tokens: NDArray[np.int64],
    owner: NDArray[np.int64],
    words: NDArray[np.int64],
    kept: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Shape (t,): words that begin with a capital in four of five places inside a sentence, acronyms apart."""
    titled = np.array([form[:1].isupper() and not form[1:2].isupper() for form in vocabulary], dtype=np.bool_)
    is_word = np.array([form[:1].isalnum() for form in vocabulary], dtype=np.bool_)
    inside = np.zeros(len(tokens), dtype=np.bool_)
    inside[1:] = is_word[tokens[:-1]] & (owner[1:] == owner[:-1])
    inside &= words >= 0
    size = int(words.max(initial=-1)) + 1
    uses = np.bincount(words[inside], minlength=size)
    capital = np.bincount(words[inside], weights=titled[tokens[inside]], minlength=size)
    found = np.zeros(len(kept), dtype=np.bool_)
    single = kept < size
    found[single] = ((uses > 0) & (capital >= 0.8 * uses))[kept[single]]
    return found


def _names(
    corpus: Corpus,
    documents: Documents,
    present: sparse.csr_array,
    forms: Sequence[str],
    is_pair: NDArray[np.bool_],
    capitalised: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Shape (t,): words of an actor's name that are written as names, or that half their documents owe to that actor."""
    column_of = {form.lower(): term for term, form in enumerate(forms) if not is_pair[term]}
    owners: list[int] = []
    columns: list[int] = []
    for row, name in enumerate(corpus.names):
        for word in {each.lower() for each in _TOKEN.findall(name)}:
            if word in column_of:
                owners.append(row)
                columns.append(column_of[word])
    named = np.zeros(len(forms), dtype=np.bool_)
    if not columns:
        return named
    used = np.unique(columns)
    holders = np.unique(owners)
    says = sparse.csr_array(documents.holds[holders] @ sparse.csc_array(present)[:, used])
    own = np.asarray(says[np.searchsorted(holders, owners), np.searchsorted(used, columns)]).ravel()
    total = np.asarray(present.sum(axis=0))
    named[np.array(columns)[2 * own >= total[columns]]] = True
    named[used[capitalised[used]]] = True
    return named
