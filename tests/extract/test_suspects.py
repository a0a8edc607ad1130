"""Who is tried when workers die: the guilty alone are found, in few rounds, whoever they are."""

from hypothesis import given
from hypothesis import strategies as st

from extract.engine.suspects import Suspects


@given(st.sets(st.integers(0, 39), max_size=4), st.integers(1, 40))
def test_the_guilty_are_found_and_nobody_else(guilty: set[int], count: int) -> None:
    suspects: Suspects[int] = Suspects()
    assert suspects.free(0)
    found, rounds = set(), 0
    for piece in range(count):
        assert not suspects.accuse(piece)
    while trial := suspects.next(under_way=False):
        rounds += 1
        assert not suspects.next(under_way=False)
        assert all(suspects.free(piece) for piece in trial)
        assert not suspects.free(-1)
        dies = bool(guilty & {*trial})
        for piece in trial:
            if dies and suspects.accuse(piece):
                found.add(piece)
                suspects.settle(piece)
            elif not dies:
                suspects.settle(piece)
    assert found == {piece for piece in guilty if piece < count}
    assert suspects.free(-1)
    assert guilty or rounds <= 6


def test_nothing_is_tried_while_anything_is_under_way() -> None:
    suspects: Suspects[int] = Suspects()
    suspects.accuse(1)
    assert not suspects.next(under_way=True)
    assert suspects.next(under_way=False) == [1]
