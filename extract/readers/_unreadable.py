"""The one way a reader says no: an exception that carries a Problem."""

from extract.model import Problem


class Unreadable(Exception):  # noqa: N818 - the word of the contract
    """A document that cannot be read; `problem` says why, for people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[Problem]]:
        # Readers run in worker processes: the exception must survive pickling.
        return Unreadable, (self.problem,)


def refuse(code: str, detail: str, images: int = 0) -> Unreadable:
    """An Unreadable to raise; `detail` is one clear Chinese sentence, `images` what only a picture of it would show."""
    return Unreadable(Problem(code, detail, facts={"images": images} if images else {}))
