"""What every worker of a cluster is asked when it joins: what it can read for us. It travels whole, as no worker may
have it: nothing of ours is imported before it is asked, and a worker without gouji answers as well."""

from distributed import Worker, WorkerPlugin

NOTHING = "gouji-none"  # what a worker says that has no gouji, or one that is broken


class Introduction(WorkerPlugin):
    """Enters what the worker offers among its resources, so that the scheduler gives it no other work of ours."""

    name = "gouji"

    async def setup(self, worker: Worker) -> None:
        try:
            from crawler.ground.contained import Failed, contained
            from extract.engine.house import this_house
        except ImportError:
            offers: tuple[str, ...] = (NOTHING,)
        else:
            house = contained(this_house)
            offers = (NOTHING,) if isinstance(house, Failed) else house.offers()
        await worker.set_resources(**dict.fromkeys(offers, float(worker.state.nthreads)))
