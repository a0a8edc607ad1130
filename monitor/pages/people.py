"""Who may decide after a login: passwords as scrypt hashes, sessions in memory, so many attempts and no more."""

import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import scrypt

from crawler.ground.config_serve import USER

COST, BLOCK, LANES, LENGTH = 2**14, 8, 1, 32
MEMORY = 64 << 20
LASTS = 12 * 3600.0  # seconds of a session
MOST_SESSIONS = 500
WITHIN = 300.0  # seconds within which wrong passwords are counted
ATTEMPTS = 10  # for one name from one address: whoever tries shuts out nobody else
FROM_ONE = 30  # from one address, whatever the names
MOST_TRIED = 5000  # names and addresses that are remembered
LONGEST_NAME = 60
LONGEST = 200  # characters of a password
NOBODY = f"scrypt${COST}${BLOCK}${LANES}${'0' * 32}${'0' * 64}"  # so that an unknown name takes as long


def hashed(password: str) -> str:
    """What stands in gouji.toml behind the name."""
    salt = secrets.token_bytes(16)
    made = scrypt(password.encode(), salt=salt, n=COST, r=BLOCK, p=LANES, maxmem=MEMORY, dklen=LENGTH)
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${made.hex()}"


def is_right(password: str, kept: str) -> bool:
    """Whether this is the password of a hash."""
    _, cost, block, lanes, salt, made = kept.split("$")
    try:
        found = scrypt(
            password.encode(),
            salt=bytes.fromhex(salt),
            n=int(cost),
            r=int(block),
            p=int(lanes),
            maxmem=MEMORY,
            dklen=LENGTH,
        )
    except ValueError:  # such a cost is not borne
        return False
    return hmac.compare_digest(found.hex(), made)


@dataclass(slots=True)
class People:
    """Those who may log in, and who has."""

    hashes: Mapping[str, str] = field(default_factory=dict, repr=False)
    sessions: OrderedDict[str, tuple[str, float]] = field(default_factory=OrderedDict, repr=False)
    wrong: OrderedDict[tuple[str, ...], deque[float]] = field(default_factory=OrderedDict, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def is_held_off(self, name: str, address: str) -> bool:
        """Whether too many wrong passwords came for this name from there, or from there for any: it waits a while."""
        now = time.monotonic()
        with self.lock:
            return any(
                sum(now - at < WITHIN for at in self.wrong.get(key, ())) >= most
                for key, most in _counted(name, address)
            )

    def enter(self, name: str, password: str, address: str) -> str:
        """The cookie of a new session; "" for a wrong name or password."""
        tried = time.monotonic()
        with self.lock:  # it counts while it is looked at: many at once are many
            for key, most in _counted(name, address):
                self.wrong.setdefault(key, deque(maxlen=most)).append(tried)
                self.wrong.move_to_end(key)
            while len(self.wrong) > MOST_TRIED:
                self.wrong.popitem(last=False)
        right = is_right(password[:LONGEST], self.hashes.get(name, NOBODY))
        if not right or name not in self.hashes:
            return ""
        with self.lock:
            for key, _ in _counted(name, address):
                with suppress(ValueError):
                    self.wrong.get(key, deque()).remove(tried)
            cookie = secrets.token_urlsafe(32)
            self.sessions[cookie] = (name, time.monotonic() + LASTS)
            while len(self.sessions) > MOST_SESSIONS:
                self.sessions.popitem(last=False)
        return cookie

    def leave(self, cookie: str) -> None:
        with self.lock:
            self.sessions.pop(cookie, None)

    def who(self, cookie: str) -> str:
        """Whose session this is; "" for nobody's."""
        with self.lock:
            name, until = self.sessions.get(cookie, ("", 0.0))
        return name if time.monotonic() < until else ""


def _counted(name: str, address: str) -> Sequence[tuple[tuple[str, ...], int]]:
    """What a wrong password is counted for, and how many there may be."""
    place = place_of(address)
    return ((place, name[:LONGEST_NAME]), ATTEMPTS), ((place,), FROM_ONE)


def place_of(address: str) -> str:
    """The address, or of IPv6 the network that one subscriber has all the addresses of."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST]
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def people_of(users: Sequence[str]) -> People:
    """The people that the configuration names."""
    found = (USER.fullmatch(one) for one in users)
    return People({match[1]: match[2] for match in found if match})
