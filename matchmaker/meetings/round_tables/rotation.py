"""A first seating without a search: alike people are dealt to the tables one by one, and each seat moves on at its own pace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchmaker.meetings.round_tables.guests import Company

AWAY = -1
"""In place of a table, of somebody who is not there."""
IRREDUCIBLE = {4: 0b111, 8: 0b1011, 16: 0b10011, 32: 0b100101, 64: 0b1000011}
"""For powers of two a polynomial over two elements that has no factors, its coefficients as bits."""


def rotation(people: Company) -> NDArray[np.intp]:
    """Seats of shape (rounds, n): seat number k moves by k times the round's number.

    Two who sit together differ in k, so that they meet again only if (k - k') times the difference of two rounds is zero. In a
    field it is not: the numbers modulo a prime, or the field of 4, 8, 16, 32 or 64 elements. So with as many tables, no fewer tables
    than seats and no more rounds than tables nobody meets again (a set of orthogonal Latin squares; Bose 1938).
    """
    seats = np.full(people.there.shape, AWAY, dtype=np.intp)
    for number, (there, tables) in enumerate(zip(people.there, people.tables, strict=True)):
        places = np.arange(int(there.sum()))
        row, seat = places % max(1, tables), places // max(1, tables)
        seats[number, people.order[there[people.order]]] = _moved(row, seat, number, max(1, tables))
    return seats


def _moved(row: NDArray[np.int_], seat: NDArray[np.int_], number: int, tables: int) -> NDArray[np.int_]:
    if tables in IRREDUCIBLE and number < tables and seat.max(initial=0) < tables:
        return row ^ np.array([_product(int(each), number, tables) for each in seat], dtype=np.int_)
    return (row + number * seat) % tables


def _product(a: int, b: int, order: int) -> int:
    """The product of two elements of the field of this order, as bits."""
    found = 0
    while b:
        if b & 1:
            found ^= a
        b >>= 1
        a <<= 1
        if a & order:
            a ^= IRREDUCIBLE[order]
    return found
