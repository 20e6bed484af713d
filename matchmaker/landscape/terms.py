"""The words of every document, counted: inflections as one word, pairs of words as terms, names set apart."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
    re.findall(
        r"\S+",
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
    with within without would yet you your ours able across both well-known e.g i.e vs four five six seven eight nine
    ten eleven twelve hundred thousand million billion whereby wherein therein despite whatever whenever wherever
    january february march april june july august september october november december
    ad af alle allerede alt altid anden andet andre at bare begge blandt blev blevet blive bliver bl.a både ca da de
    dem den denne der deres derfor des desuden det dette dig din disse dit dog du efter ellers en end endnu ene eneste
    enten er et f.eks flere fleste for fordi forskellige fra frem få får før først første gennem gjorde gjort god gode
    godt gøre gør ham han hans har havde have helt hen hende her hinanden hos hvad hver hvert hvis hvilke hvilken hvilket
    hvor hvordan hvorfor i igen igennem ikke ind inden indenfor ingen intet især jeg jer kan kom kommer kun kunne lade
    langt lav lave laver lidt lige lille man mange med meget mellem men mens mere mest mig min mindre mindst mod må måtte
    ned nogen nogle noget nok nu ny nye nyt når nær næste og også om omkring op os over overfor på samme sammen samt se
    selv ser ses sig sin sine sit siden skal skulle som stor store stort står så sådan således synes tag tage til
    tilbage to tre ud uden under undervejs ved vi via videre vil ville vores være været eller ligesom dermed derudover derigennem dertil herunder herigennem hertil
    herved hermed hvorved hvormed hvorefter hvorigennem idet imidlertid dels imod henholdsvis ifølge trods grundet uanset
    hvorvidt fire fem seks syv otte ni ti elleve tolv hundrede tusind million millioner milliard milliarder mio mia pct
    januar februar marts maj juni juli oktober bag foran imellem een eet
        """,
    )
)
_TOKEN = re.compile(r"\w+(?:[-’'´`&]\w+)*|[^\w\s]")
_DANISH_ENDINGS = ("ernes", "erne", "ene", "ens", "ets", "ers", "en", "et", "er", "ne", "e", "n", "t", "s", "r")  # fmt: skip
_MOST_WORDS = 4
_FIXED = 0.7
"""A pair is a piece of a longer phrase when at least this share of its uses go on with the same word."""
_FEWEST_USES = 5
_MEASURED = 0.4
"""A word that stands behind a number at least this often is a unit, not a trade."""
_BREAK = "•"


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
    """Shape (t,): whether the term holds a word that is an actor's name, or a unit of measurement."""
    vocabulary: list[str]
    """Every form as it is written."""
    phrasing: NDArray[np.bool_]
    """Length of ``vocabulary``: whether a form is a word that may lengthen a pair to a phrase; names may not."""
    tokens: NDArray[np.int64]
    """The documents' words and signs in their order, as indexes into ``vocabulary``, a sign before each document."""
    places: NDArray[np.int64]
    """Where in ``tokens`` the terms begin, term by term."""
    starts: NDArray[np.int64]
    """Shape (t + 1,): where in ``places`` each term begins."""

    def form(self, term: int) -> str:
        """The term as it is written most often; of ways equally frequent, the last in the alphabet (lower case).

        A pair that is nearly always a piece of one longer phrase is written as that phrase.
        """
        places = self.places[self.starts[term] : self.starts[term + 1]]
        before, after = 0, 1
        if self.first[term] != self.second[term]:
            before, after = self._phrase(places)
        written = self.tokens[np.minimum(places[:, None] + np.arange(before, after), len(self.tokens) - 1)]
        ways, times = np.unique(written, axis=0, return_counts=True)
        return max(
            (int(count), " ".join(self.vocabulary[each] for each in way))
            for way, count in zip(ways.tolist(), times, strict=True)
        )[1]

    def _phrase(self, places: NDArray[np.int64]) -> tuple[int, int]:
        """Where the phrase around a pair begins and ends, counted from the pair's first word."""
        before, after = 0, 2
        if len(places) < _FEWEST_USES:
            return before, after
        while after - before < _MOST_WORDS and self._goes_on(places + after):
            after += 1
        while after - before < _MOST_WORDS and self._goes_on(places + before - 1):
            before -= 1
        return self._trimmed(places, before, after)

    def _goes_on(self, places: NDArray[np.int64]) -> bool:
        inside = places[(places >= 0) & (places < len(self.tokens))]
        forms, times = np.unique(self.tokens[inside], return_counts=True)
        best = int(times.argmax())
        return bool(times[best] >= _FIXED * len(places) and self.phrasing[forms[best]])

    def _trimmed(self, places: NDArray[np.int64], before: int, after: int) -> tuple[int, int]:
        """Without the stop words at the phrase's ends."""

        def stops(offset: int) -> bool:
            forms, times = np.unique(self.tokens[places + offset], return_counts=True)
            return self.vocabulary[forms[times.argmax()]].lower() in _STOP_WORDS

        while after > 2 and stops(after - 1):
            after -= 1
        while before < 0 and stops(before):
            before += 1
        return before, after


NameWords = Mapping[str, NDArray[np.int64]]
"""By word of actors' names, in lower case: the rows of those whose name holds it, ascending."""


def name_words(names: Sequence[str]) -> NameWords:
    """The words of all names; read once where the terms of many parts are counted."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        for word in dict.fromkeys(each.lower() for each in _TOKEN.findall(name)):
            found.setdefault(word, []).append(row)
    return {word: np.array(rows, dtype=np.int64) for word, rows in found.items()}


def terms(corpus: Corpus, documents: Documents, named: NameWords | None = None) -> Terms:
    """Count the terms that occur in at least two documents (three where there are more than 1,000).

    ``named`` are the words of the corpus's names, read here where they are not given.
    """
    texts = _texts(corpus, documents)
    languages = _languages(corpus, documents)
    vocabulary, tokens, owner = _tokens(texts)
    danish = np.array([language == "da" for language in languages], dtype=np.bool_)[owner]
    number_of, word_of = _words(vocabulary, tokens, danish)
    words = word_of[tokens]
    size = max(number_of.values(), default=-1) + 1
    keys, places = _grouped(words, size)
    news = np.diff(keys, prepend=-1) != 0
    seen = news | (np.diff(owner[places], prepend=-1) != 0)
    term = np.cumsum(news) - 1
    said_by = np.bincount(term[seen], minlength=int(news.sum()))
    # Both words of a pair are in at least as many documents as the pair, so they are kept as well.
    enough = said_by >= (3 if len(texts) > 1000 else 2)
    kept = keys[news][enough]
    column = np.cumsum(enough) - 1
    stays = enough[term]
    seen &= stays
    present = sparse.csr_array(
        (np.ones(int(seen.sum()), dtype=np.float32), (owner[places[seen]], column[term[seen]])),
        shape=(len(texts), len(kept)),
    )
    word = np.minimum(kept, kept - size)
    first = np.where(kept >= size, np.searchsorted(kept, word // max(size, 1)), np.arange(len(kept)))
    second = np.where(kept >= size, np.searchsorted(kept, word % max(size, 1)), np.arange(len(kept)))
    of_a_name = _names(
        name_words(corpus.names) if named is None else named,
        documents,
        present,
        number_of,
        kept[kept < size],
        _capitalised(vocabulary, tokens, words, size),
    )
    measured = np.zeros(len(kept), dtype=np.bool_)
    measured[kept < size] = _units(vocabulary, tokens, words, size)[kept[kept < size]]
    set_apart = of_a_name | measured
    return Terms(
        present=present,
        first=first,
        second=second,
        languages=languages,
        names=set_apart[first] | set_apart[second],
        vocabulary=vocabulary,
        phrasing=_phrasing(vocabulary, word_of, kept[kept < size][of_a_name[kept < size]]),
        tokens=tokens,
        places=places[stays],
        starts=np.concatenate([[0], np.cumsum(np.bincount(column[term[stays]], minlength=len(kept)))]),
    )


def _grouped(words: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The key and the place of every term, by key, then place: a word's number, or for two words that of both."""
    pairs = np.flatnonzero((words[:-1] >= 0) & (words[1:] >= 0) & (words[:-1] != words[1:]))
    single = np.flatnonzero(words >= 0)
    keys = np.concatenate([words[single], size + words[pairs] * size + words[pairs + 1]])
    length = max(len(words), 1)
    # One sort of whole numbers is many times faster than sorting keys and carrying places along.
    together = np.sort(keys * length + np.concatenate([single, pairs]))
    return together // length, together % length


def _texts(corpus: Corpus, documents: Documents) -> list[str]:
    """Every document's text; the title of a collaboration where there is no other."""
    found = []
    passages = documents.passages
    for row, column in enumerate(documents.columns.tolist()):
        mine = passages.indices[passages.indptr[row] : passages.indptr[row + 1]]
        text = f" {_BREAK} ".join(corpus.texts[each] for each in sorted(mine.tolist()))
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
        tokens = [_BREAK, *_TOKEN.findall(text)]
        lengths.append(len(tokens))
        found.extend(map(index.__getitem__, tokens))
    flat = np.array(found, dtype=np.int64)
    return list(index), flat, np.repeat(np.arange(len(texts)), np.array(lengths, dtype=np.int64))


def _words(
    vocabulary: Sequence[str], tokens: NDArray[np.int64], danish: NDArray[np.bool_]
) -> tuple[dict[str, int], NDArray[np.int64]]:
    """The words by number, and the word that each written form belongs to, or -1 where it cannot stand in a label."""
    lowered: dict[str, int] = {}
    lower_of = np.array(
        [lowered.setdefault(form.lower(), len(lowered)) if _can_label(form) else -1 for form in vocabulary],
        dtype=np.int64,
    )
    of_token = lower_of[tokens] if len(tokens) else tokens
    usable = of_token >= 0
    uses = np.bincount(of_token[usable], minlength=len(lowered))
    danish_uses = np.bincount(of_token[usable], weights=danish[usable], minlength=len(lowered))
    speaks_danish = dict(zip(lowered, (2 * danish_uses > uses).tolist(), strict=True))
    root_of: dict[str, int] = {}
    number_of = {word: root_of.setdefault(_root(word, speaks_danish), len(root_of)) for word in lowered}
    number = np.array([*number_of.values(), -1], dtype=np.int64)
    return number_of, number[lower_of]


def _can_label(form: str) -> bool:
    letters = sum(map(str.isalpha, form))
    if letters * 2 <= len(form) or form.lower() in _STOP_WORDS:
        return False
    return letters > 2 or (letters == 2 and form.isupper())


def _root(word: str, speaks_danish: dict[str, bool]) -> str:
    """The shortest form in use of which the word is an inflection; of one language only."""
    danish = speaks_danish[word]
    while True:
        shorter = next(
            (
                each
                for each in (_danish_bases(word) if danish else _english_bases(word))
                if len(each) > 3 and each in speaks_danish and speaks_danish[each] == danish
            ),
            None,
        )
        if shorter is None:
            return word
        word = shorter


def _english_bases(word: str) -> list[str]:
    if word.endswith(("'s", "’s", "´s")):
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


def _capitalised(
    vocabulary: Sequence[str],
    tokens: NDArray[np.int64],
    words: NDArray[np.int64],
    size: int,
) -> NDArray[np.bool_]:
    """Words, by number, that begin with a capital in four of five places inside a sentence; acronyms do not count."""
    titled = np.array([form[:1].isupper() and not form[1:2].isupper() for form in vocabulary], dtype=np.bool_)
    is_word = np.array([form[:1].isalnum() for form in vocabulary], dtype=np.bool_)
    inside = words >= 0
    inside[:1] = False
    inside[1:] &= is_word[tokens[:-1]]
    uses = np.bincount(words[inside], minlength=size)
    capital = np.bincount(words[inside], weights=titled[tokens[inside]], minlength=size)
    return (uses > 0) & (capital >= 0.8 * uses)


def _units(
    vocabulary: Sequence[str], tokens: NDArray[np.int64], words: NDArray[np.int64], size: int
) -> NDArray[np.bool_]:
    """Words, by number, that stand behind a number in many of their uses (MW, hektar, tonnes)."""
    number = np.array([form[:1].isdigit() for form in vocabulary], dtype=np.bool_)
    word = words >= 0
    behind = word.copy()
    behind[:1] = False
    behind[1:] &= number[tokens[:-1]]
    uses = np.bincount(words[word], minlength=size)
    return (uses > 0) & (np.bincount(words[behind], minlength=size) >= _MEASURED * uses)


def _phrasing(
    vocabulary: Sequence[str], word_of: NDArray[np.int64], named: NDArray[np.int64]
) -> NDArray[np.bool_]:
    is_word = np.array([form[:1].isalnum() for form in vocabulary], dtype=np.bool_)
    return is_word & ~np.isin(word_of, named)


def _names(
    words_of_names: NameWords,
    documents: Documents,
    present: sparse.csr_array,
    number_of: dict[str, int],
    kept: NDArray[np.int64],
    capitalised: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Shape (t,): words of an actor's name that are written as names, or that stand in its documents for the most part.

    ``kept`` are the numbers of the words that are terms, ascending.
    """
    column_of = {number: column for column, number in enumerate(kept.tolist())}
    named = np.zeros(present.shape[1], dtype=np.bool_)
    found, columns_of = [], []
    for word, those in words_of_names.items():
        number = number_of.get(word)
        # A word that only occurs in the genitive is the name's as well.
        column = column_of.get(number_of.get(f"{word}s", -1) if number is None else number)
        if column is not None:
            found.append(those)
            columns_of.append(column)
    if not found:
        return named
    # Two forms of one word in one name are one pair.
    pairs = np.concatenate(found) * present.shape[1]
    pairs += np.repeat(columns_of, [len(each) for each in found])
    rows, columns = np.divmod(np.unique(pairs), present.shape[1])
    used, holders = np.unique(columns), np.unique(rows)
    says = sparse.csr_array(documents.holds[holders] @ sparse.csc_array(present)[:, used])
    own = np.asarray(says[np.searchsorted(holders, rows), np.searchsorted(used, columns)]).ravel()
    total = np.asarray(present.sum(axis=0))
    named[columns[2 * own >= total[columns]]] = True
    named[used[capitalised[kept[used]]]] = True
    return named
