"""Whether words were meant for others: a letter too much, too few, wrong, or two of them turned round."""

from search.words import folded

#: A word of so many letters may be wrong in one place, and of so many in two.
ONE_FROM, TWO_FROM = 4, 8


def are_meant(words: list[str], text: str) -> bool:
    """Each of the words, as it was typed, begins a word of the text but for what was typed wrongly."""
    there = folded(text).split()
    return all(any(_begins(folded(word).strip(), one) for one in there) for word in words)


def _begins(word: str, other: str) -> bool:
    allowed = (len(word) >= ONE_FROM) + (len(word) >= TWO_FROM)
    return _errors(word, other[: len(word) + allowed]) <= allowed


def _errors(word: str, other: str) -> int:
    """The fewest with which `word` was typed for any beginning of `other` (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        before_that, before = before, row
        row = [i]
        for j, meant in enumerate(other, start=1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != meant))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == meant:
                cost = min(cost, before_that[j - 2] + 1)
            row.append(cost)
    return min(row)
