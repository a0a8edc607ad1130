"""What measures growth finds a square, and lets pass what is linear or meets a bound."""

from collections.abc import Callable

from tests.doubling.growth import growing

SIZES = {"small": 1_000, "factor": 4, "largest": 16_000}


def steps(count: Callable[[int], int]) -> Callable[[int], Callable[[], object]]:
    """Work of so many steps for a size."""
    return lambda size: lambda: sum(1 for _ in range(count(size)))


def test_linear_work_passes() -> None:
    assert growing(steps(lambda size: 40 * size), **SIZES) is None


def test_a_square_is_found() -> None:
    found = growing(steps(lambda size: size * size // 64), **SIZES)
    assert found is not None
    assert found.steep


def test_what_meets_a_bound_passes() -> None:
    assert growing(steps(lambda size: min(size * size // 100, 200_000)), **SIZES) is None
