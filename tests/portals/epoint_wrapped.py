"""新点 Epoint as 营口 has it: another path, the body wrapped in `params`, pages from 0."""

from tests.portals import epoint
from tests.portals.kinds import Kind


def portal(host: str) -> Kind:
    return epoint.portal(host, "EWB_YK_Mid", 0, True)
