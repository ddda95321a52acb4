"""Turnstone's field client: writes reports where there is no signal, keeps them so that a stolen device tells nothing, and
sends them so that each arrives exactly once.

    import asyncio, turnstone as t

    async def main():
        keys = t.key_file("keys.json", may_create=True)
        client = await t.Client.create("home", keys, t.SetUp(root_keys=[...], directory=b"..."))
        seen = t.Sighting(when=t.now(), what="two RIBs without lights")
        note = await client.note(t.DraftContent(scheme=t.Scheme.KRAKEN, route=t.Route.POLICE, sightings=[seen]))
        print((await note.submit(0)).reference)

    asyncio.run(main())

Whatever touches the disk is ``async`` and runs on threads of the library. Errors are ``CoreError`` and say by their class what
can be done about them.

**What Python keeps in memory.** A PIN is given as ``bytes``, never as ``str``. The library wipes its own copies; Python cannot:
``bytes`` live until they are collected, and their memory is not cleared then. Records hold what was written; printed, each shows the
name of its class and nothing else, so that a log tells nothing.
"""

import enum as _enum

from datetime import datetime as _datetime

try:
    from . import turnstone_ffi as _generated
    from .turnstone_ffi import *  # noqa: F401,F403
except ImportError:
    # In a wheel it lies beside the library.
    from .turnstone import turnstone_ffi as _generated
    from .turnstone.turnstone_ffi import *  # noqa: F401,F403


def now() -> "When":
    """This moment by this computer's clock, with its offset from UTC, as a sighting wants it."""
    return _generated.When(began=_datetime.now().astimezone().isoformat(timespec="seconds"))


def _hide(classes) -> None:
    """Has records print as the name of their class: what is generated prints everything in them."""
    for of in classes:
        if not isinstance(of, type) or issubclass(of, (_enum.Enum, BaseException)):
            continue
        if of.__module__ == _generated.__name__ and (of.__str__, of.__repr__) != (object.__str__, object.__repr__):
            of.__str__ = of.__repr__ = lambda self: "[%s]" % type(self).__qualname__
        _hide(inner for name, inner in vars(of).items() if isinstance(inner, type) and not name.startswith("_"))


_hide(vars(_generated).values())

__all__ = ["now"] + [
    name
    for name, what in vars(_generated).items()
    if not name.startswith("_")
    and not name.endswith(("Protocol", "Impl"))
    and getattr(what, "__module__", _generated.__name__) in (_generated.__name__, "builtins")
    and (callable(what))
]
