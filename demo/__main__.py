"""Fills a running portal: `python -m demo`, with `CKAN_INI` naming the instance. Run again, it adds what is missing."""

from __future__ import annotations

import logging
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app

from .make_files import read_manifest, read_organizations, write_files
from .tables import siret

EDITOR = "secretaire-demo"


def main() -> int:
    """Organisations, an editor, then one deposit after the other, as that editor makes them."""
    app = make_app(load_config())
    logging.disable(logging.INFO)  # one line for each deposit is enough on a terminal
    with app._wsgi_app.test_request_context(), tempfile.TemporaryDirectory() as folder:
        files = Path(folder)
        write_files(files)
        organizations = _organizations()
        password = _editor(list(organizations))
        manifest = read_manifest()
        states = Counter(
            _deposit(deposit, organizations, manifest["notice"], files) for deposit in manifest["deposits"]
        )
    print(_what_to_see(states, password, len(organizations)))
    return 0


def _site() -> dict[str, Any]:
    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"], "ignore_auth": True}


def _organizations() -> dict[str, dict[str, Any]]:
    """The bodies of the demonstration, made from the register; by SIREN, with id and name."""
    made = {}
    for siren, body in read_organizations().items():
        [line] = tk.get_action("cotesdarmor_organization_ensure")(
            _site(), {"sirens": [siren], "policy": body["policy"]}
        )
        if line["outcome"] == "created":
            facts = ("membership_date", "convention_date", "contact_email", "referent_role")
            tk.get_action("organization_patch")(
                _site(),
                {
                    "id": line["id"],
                    "siret": siret(siren),
                    **{key: body[key] for key in facts if body.get(key)},
                },
            )
            _say(f"{body['name']}")
        made[siren] = line
    return made


def _editor(sirens: list[str]) -> str | None:
    """A secretary who may publish for all of them; its password the first time."""
    password = None
    if model.User.get(EDITOR) is None:
        password = secrets.token_urlsafe(9)
        tk.get_action("user_create")(
            _site(),
            {
                "name": EDITOR,
                "email": "secretaire-demo@localhost.invalid",
                "password": password,
                "fullname": "Secrétaire (démonstration)",
            },
        )
    tk.get_action("cotesdarmor_organization_grant")(_site(), {"username": EDITOR, "sirens": sirens, "role": "editor"})
    return password


@contextmanager
def _as_editor() -> Iterator[dict[str, Any]]:
    yield {"user": EDITOR, "auth_user_obj": model.User.get(EDITOR)}
    model.Session.remove()


def _deposit(deposit: dict[str, Any], organizations: dict[str, Any], notice: str, files: Path) -> str:
    """Send one file and, if it was read, publish it; what became of it."""
    organization = organizations[deposit["organization"]]
    with _as_editor() as context:
        known = tk.get_action("scdl_deposit_list")(dict(context), {"organization_id": organization["id"], "limit": 100})
        sent = next((row for row in known if row["filename"] == deposit["file"] and row["state"] != "cancelled"), None)
        if sent and sent["state"] != "checked":
            return "known"
        if sent is None:
            sent = _send(context, deposit, organization["id"], files)
        if sent["state"] != "checked":
            _say(f"{deposit['file']}: {sent['status'] or sent['state']}")
            return "refused"
        fields = tk.get_action("scdl_deposit_propose")(dict(context), {"id": sent["id"]})
        dataset = tk.get_action("scdl_deposit_accept")(
            dict(context),
            fields | {"id": sent["id"], "title": deposit["title"], "notes": f"{deposit['story']}\n\n{notice}"},
        )
        _say(f"{deposit['file']}: {sent['status']}, {'published' if dataset['state'] == 'active' else 'draft'}")
        return "published" if dataset["state"] == "active" else "draft"


def _send(context: dict[str, Any], deposit: dict[str, Any], organization_id: str, files: Path) -> dict[str, Any]:
    with (files / deposit["file"]).open("rb") as stream:
        return tk.get_action("scdl_deposit_create")(
            dict(context),
            {
                "organization_id": organization_id,
                "upload": FileStorage(stream, deposit["file"]),
                "schema": deposit["schema"] or "",
                "source": "browser",
            },
        )


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def _what_to_see(states: Counter[str], password: str | None, organizations: int) -> str:
    site = str(tk.config["ckan.site_url"])
    done = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    lines = [
        "",
        f"{organizations} organisations; deposits: {done}.",
        "What to look at:",
        f"  {site}/                     the home page, with the map of the département",
        f"  {site}/dataset/?q=subvention   search",
        f"  {site}/organization/        the collectivités on board",
        f"  {site}/catalog.xml          the feed that data.gouv.fr reads",
        f"  {site}/publier              drop a file, as an editor",
        f"  {site}/mes-depots           what became of each deposit",
    ]
    if password:
        lines.append(f"Editor:   {EDITOR}\nPassword: {password}")
    else:
        lines.append(
            f"Editor:   {EDITOR} (its password was printed the first time; bin/portal ckan user setpass {EDITOR})"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
