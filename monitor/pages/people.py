"""Who may decide after a login: passwords as scrypt hashes, sessions in memory, so many attempts and no more."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import scrypt

from crawler.ground.config_serve import USER

COST, BLOCK, LANES, LENGTH = 2**14, 8, 1, 32
MEMORY = 64 << 20
LASTS = 12 * 3600.0  # seconds of a session
MOST_SESSIONS = 500
ATTEMPTS, WITHIN = 10, 300.0  # so many wrong passwords of all people within so many seconds
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
    wrong: deque[float] = field(default_factory=lambda: deque(maxlen=ATTEMPTS), repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def is_held_off(self) -> bool:
        """Whether too many have tried: nobody is let in for a while."""
        with self.lock:
            return len(self.wrong) == ATTEMPTS and time.monotonic() - self.wrong[0] < WITHIN

    def enter(self, name: str, password: str) -> str:
        """The cookie of a new session; "" for a wrong name or password."""
        right = is_right(password[:LONGEST], self.hashes.get(name, NOBODY))
        with self.lock:
            if not right or name not in self.hashes:
                self.wrong.append(time.monotonic())
                return ""
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


def people_of(users: Sequence[str]) -> People:
    """The people that the configuration names."""
    found = (USER.fullmatch(one) for one in users)
    return People({match[1]: match[2] for match in found if match})
