"""When the service runs, and which portals a run looks at: [schedule], and portals with a `cron` of their own."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crawler.ground.clock import SHANGHAI
from crawler.ground.config import Config
from monitor.service.schedule import Together, Trigger, last_due, last_fire, next_due, portal_trigger, trigger_of


class Timetable:
    """The moments when a run is due. UsageError for an invalid cron."""

    def __init__(self, config: Config) -> None:
        self.schedule = config.schedule
        self.own = {portal.id: portal_trigger(portal) for portal in config.portals if portal.cron}
        self.trigger: Trigger = Together([trigger_of(self.schedule), *self.own.values()])

    def last_due(self, now: datetime) -> datetime | None:
        """The latest moment up to `now` when a run was due, for any portals."""
        moments = [last_due(self.schedule, now), *(last_fire(trigger, now) for trigger in self.own.values())]
        return max((moment for moment in moments if moment is not None), default=None)

    def next_due(self, now: datetime) -> datetime | None:
        """The first moment after `now` when a run is due."""
        after = (now + timedelta(microseconds=1)).astimezone(SHANGHAI)
        own = [trigger.get_next_fire_time(None, after) for trigger in self.own.values()]
        moments = [next_due(self.schedule, now), *own]
        return min((moment.astimezone(UTC) for moment in moments if moment is not None), default=None)

    def portals_due(self, config: Config, now: datetime, served: datetime | None) -> Sequence[str] | None:
        """The portals that became due since `served`; None for all portals."""
        if not self.own:
            return None
        general = last_due(self.schedule, now)
        moments = {
            portal.id: last_fire(self.own[portal.id], now) if portal.id in self.own else general
            for portal in config.portals
        }
        return tuple(
            id_ for id_, moment in moments.items() if moment is not None and (served is None or moment > served)
        )
