"""A Redis of our own, on loopback, with a password, that keeps its queue over a restart."""

from __future__ import annotations

from .layout import Layout, State, write_private
from .ports import LOOPBACK
from .supervisor import Service


def service(layout: Layout, state: State, port: int) -> Service:
    """The server's process; its settings stand in a private file, for they hold the password."""
    layout.redis.mkdir(parents=True, exist_ok=True)
    write_private(
        layout.redis / "redis.conf",
        f"bind {LOOPBACK}\nport {port}\nrequirepass {state.secret('redis')}\n"
        f'dir "{layout.redis}"\nappendonly yes\nappendfsync everysec\ndaemonize no\ndatabases 16\n'
        "maxmemory-policy noeviction\n",
    )
    return Service(
        name="redis",
        argv=["redis-server", str(layout.redis / "redis.conf")],
        cwd=str(layout.redis),
        env={"PATH": "/usr/bin:/bin"},
        port=port,
    )


def url(state: State, port: int, number: int) -> str:
    """The address of one of its numbered databases."""
    return f"redis://:{state.secret('redis')}@{LOOPBACK}:{port}/{number}"
