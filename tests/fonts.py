"""Whether this machine has a font with Chinese characters: without one, what is drawn and how tall it is differs."""

from crawler.ground.contained import Failed, contained
from monitor.drawing.canvas import font

CHINESE = not isinstance(contained(lambda: font(12)), Failed)
