"""Other ways to find the title that is most alike: each is asked about every new title, then told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

Tokens = Callable[[str], Sequence[str]]
_PERMUTATIONS = 128
_BANDS = 32
_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to compare, the package that it needs, and how to run it: (window, new titles, tokens) -> seconds."""

    name: str
    package: str
    install: str
    seconds: Callable[[Sequence[str], Sequence[str], Tokens], float]
    most: int
    """So many new titles are enough to measure it."""

    @property
    def missing(self) -> bool:
        """Tell whether its package is not installed."""
        return find_spec(self.package) is None

    def per_title(self, window: Sequence[str], new: Sequence[str], tokens: Tokens) -> float:
        """Return the seconds of processor time that one new title takes."""
        asked = new[: self.most]
        return self.seconds(window, asked, tokens) / len(asked)


def _fuzzy(window: Sequence[str], new: Sequence[str], tokens: Tokens) -> float:
    """Every title of the window by rapidfuzz's token_set_ratio."""
    from rapidfuzz.fuzz import token_set_ratio
    from rapidfuzz.process import extractOne

    held = [" ".join(tokens(title)) for title in window]
    began = process_time()
    for title in new:
        text = " ".join(tokens(title))
        extractOne(text, held, scorer=token_set_ratio, score_cutoff=60)
        held.append(text)
    return process_time() - began


def _weighed(window: Sequence[str], new: Sequence[str], tokens: Tokens) -> float:
    """The nearest of the window by the cosine of TF-IDF; the window is not extended, which favours it."""
    text: Any = import_module("sklearn.feature_extraction.text")
    vectors = text.TfidfVectorizer(analyzer=tokens)
    held = vectors.fit_transform(window).T.tocsr()
    began = process_time()
    for title in new:
        alike = vectors.transform([title]) @ held
        if alike.nnz:
            alike.argmax()
    return process_time() - began


def _hashed(window: Sequence[str], new: Sequence[str], tokens: Tokens) -> float:
    """MinHash with locality-sensitive hashing: 128 permutations in 32 bands."""
    rensa: Any = import_module("rensa")
    index = rensa.RMinHashLSH(threshold=_ALIKE, num_perm=_PERMUTATIONS, num_bands=_BANDS)
    signatures: list[Any] = []

    def take(title: str, *, ask: bool) -> None:
        signature = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=7)
        signature.update(list(tokens(title)))
        if ask:
            max((signature.jaccard(signatures[key]) for key in index.query(signature)), default=0.0)
        index.insert(len(signatures), signature)
        signatures.append(signature)

    for title in window:
        take(title, ask=False)
    began = process_time()
    for title in new:
        take(title, ask=True)
    return process_time() - began


_INSTALL = "pip install -r requirements-bench.lock"
RIVALS = (
    Rival("rapidfuzz, all titles of the window", "rapidfuzz", "make install", _fuzzy, 60),
    Rival("TF-IDF, nearest (scikit-learn)", "sklearn", _INSTALL, _weighed, 300),
    Rival("MinHash LSH (rensa)", "rensa", _INSTALL, _hashed, 1_500),
)
