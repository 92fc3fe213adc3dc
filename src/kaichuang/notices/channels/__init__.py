"""Ways out of the system. Mail comes along; an SMS gateway is a class with the same four members:

class Sms:
    name, label = "sms", _("短信")
    def wants(self, level: str) -> bool: return level == Level.URGENT
    def address_of(self, user: User) -> str: …           # "" when the user cannot be reached
    def send(self, message: Message) -> None: …          # raises when it did not work; it is tried again

channels.register(Sms())                                 # in AppConfig.ready()
"""

from __future__ import annotations

from kaichuang.notices.channels.base import Channel, Line, Message

__all__ = ["Channel", "Line", "Message", "all_channels", "channel", "register"]

_channels: dict[str, Channel] = {}


def register(new: Channel) -> None:
    _channels[new.name] = new


def channel(name: str) -> Channel | None:
    return _channels.get(name)


def all_channels() -> list[Channel]:
    return list(_channels.values())
