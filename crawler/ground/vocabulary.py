"""The kinds and levels of public bodies, as the register and the configuration name them."""

from typing import Literal

Kind = Literal["government", "office", "department", "township", "street", "zone", "vertical", "institution"]

Level = Literal["national", "province", "prefecture", "county", "township", ""]

KINDS: tuple[Kind, ...] = (
    "government",
    "office",
    "department",
    "township",
    "street",
    "zone",
    "vertical",
    "institution",
)

LEVELS: tuple[Level, ...] = ("national", "province", "prefecture", "county", "township")
