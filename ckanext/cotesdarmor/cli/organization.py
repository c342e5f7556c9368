"""`ckan cotesdarmor organization …`: organisations from the register, and roles in many of them at once."""

from __future__ import annotations

from typing import Any

import click

import ckan.plugins.toolkit as tk
from ckan.types import Context

from .. import instance
from ..core.organization import KINDS, POLICIES, ROLES
from .errors import said_plainly


@click.group()
def organization() -> None:
    """Organisations of the portal."""


@organization.command()
@click.argument("sirens", nargs=-1, metavar="SIREN…")
@click.option("--all-epci", is_flag=True, help="All EPCI that have their seat in the territory.")
@click.option("--policy", type=click.Choice(POLICIES), help="What happens to files that do not conform.")
@click.option("--name", help="Name of a body that the register does not hold.")
@click.option("--kind", type=click.Choice(KINDS), help="Kind of a body that the register does not hold.")
def ensure(
    sirens: tuple[str, ...], all_epci: bool, policy: str | None, name: str | None, kind: str | None
) -> None:
    """Make organisations from the register, or bring them up to date with it."""
    wanted = list(sirens)
    if all_epci:
        wanted += [one.siren for one in instance.territory().epcis if one.seat_in_territory]
    if not wanted:
        raise click.UsageError(tk._("Give at least one SIREN, or --all-epci."))
    data = {"sirens": wanted, "policy": policy, "name": name, "kind": kind}
    with said_plainly():
        lines = tk.get_action("cotesdarmor_organization_ensure")(_as_site(), data)
    said = {"created": tk._("created"), "updated": tk._("updated"), "unchanged": tk._("unchanged")}
    _print(lines, said)


@organization.command()
@click.argument("user")
@click.argument("sirens", nargs=-1, required=True, metavar="SIREN…")
@click.option("--role", type=click.Choice(ROLES), default="editor", show_default=True)
def grant(user: str, sirens: tuple[str, ...], role: str) -> None:
    """Give USER a role in organisations, such as a vendor or a syndicat that publishes for several."""
    with said_plainly():
        lines = tk.get_action("cotesdarmor_organization_grant")(
            _as_site(), {"username": user, "sirens": list(sirens), "role": role}
        )
    said = {"granted": tk._("role given"), "changed": tk._("role changed"), "unchanged": tk._("unchanged")}
    _print(lines, said)


def _as_site() -> Context:
    """The context of the portal's own user, who is a sysadmin."""
    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def _print(lines: list[dict[str, Any]], said: dict[str, str]) -> None:
    for line in lines:
        changes = f" ({', '.join(line['changes'])})" if line["outcome"] == "updated" else ""
        click.echo(f"{line['siren']}  {line['name']}  {said[line['outcome']]}{changes}")
