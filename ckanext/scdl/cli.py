"""`ckan scdl …`: what an administrator runs."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import click
import sqlalchemy as sa

from ckan import model

from . import clock as the_clock
from . import config, deposits, jobs, rechecks, tables, validations
from . import storage as the_storage
from .commandline import schemas as the_schemas
from .core.catalogue import SchemaNotFound
from .deposits import cleaning, reconciling
from .model import AcceptedFile

__all__ = ["scdl"]


@click.group(short_help="Schemas, checks and deposits.")
def scdl() -> None:
    """Schemas, checks and deposits."""


@scdl.command()
@click.option("--every", default=60.0, show_default=True, help="Seconds between two ticks.")
def clock(every: float) -> None:
    """Start periodic work, for as long as this process lives."""
    the_clock.run(every)


@scdl.group()
def schemas() -> None:
    """The schemas that the portal knows."""


def _folder() -> Path | None:
    folder = config.schemas_folder()
    return folder if folder.exists() else None


@schemas.command("list")
@click.option("--all-versions", is_flag=True, help="Older versions too.")
@click.pass_context
def schemas_list(context: click.Context, all_versions: bool) -> None:
    """List the schemas."""
    context.invoke(the_schemas.schemas_list, all_versions=all_versions, schemas_folder=_folder())


@schemas.command("show")
@click.argument("reference", metavar="owner/name[@version]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def schemas_show(context: click.Context, reference: str, form: str) -> None:
    """Show the columns of a schema."""
    context.invoke(the_schemas.schemas_show, reference=reference, form=form, schemas_folder=_folder())


@schemas.command("sync")
@click.argument("source", metavar="URL|FOLDER")
@click.pass_context
def schemas_sync(context: click.Context, source: str) -> None:
    """Bring the official catalogue (schemas.json); its files win over those of the package."""
    context.invoke(the_schemas.schemas_sync, source=source, into=config.schemas_folder())


@scdl.command()
@click.argument("resource_ids", nargs=-1, required=True, metavar="RESOURCE…")
def check(resource_ids: tuple[str, ...]) -> None:
    """Check what resources serve, now, and print their verdicts."""
    for resource_id in resource_ids:
        click.echo(f"{resource_id}\t{_checked(resource_id)}")


@scdl.command()
@click.option("--schema", metavar="owner/name", help="Only files that follow this schema.")
@click.option("--organization", metavar="NAME", help="Only files of this organisation.")
@click.option("--queue", is_flag=True, help="Leave the work to the workers instead of doing it here.")
def revalidate(schema: str | None, organization: str | None, queue: bool) -> None:
    """Check again every file that is published, with the schemas as they are now."""
    wanted = _published(schema, organization)
    counts: Counter[str] = Counter()
    with click.progressbar(wanted, label=f"{len(wanted)} files", show_pos=True) as bar:
        for resource_id in bar:
            if queue:
                rechecks.ask(resource_id)
            counts["queued" if queue else _checked(resource_id)] += 1
    click.echo(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to check")


def _checked(resource_id: str) -> str:
    """Check a resource in this process; its status in ckanext-validation's words, or why there is none."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != "active" or rechecks.served(resource) is None:
        return "not-served"
    validations.begin(resource_id)
    model.Session.commit()
    rechecks.check(resource_id)
    row = validations.latest(resource_id)
    return str(row.status) if row else "not-checked"


def _published(schema: str | None, organization: str | None) -> list[str]:
    """Ids of the resources that serve an accepted file and follow a schema."""
    query = (
        sa.select(model.Resource)
        .join(AcceptedFile, sa.and_(AcceptedFile.resource_id == model.Resource.id, AcceptedFile.current))
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(model.Resource.state == "active", model.Package.state == "active")
        .order_by(model.Resource.id)
    )
    if organization:
        group = model.Group.get(organization)
        if group is None:
            raise click.UsageError(f"There is no organization {organization}.")
        query = query.where(model.Package.owner_org == group.id)
    try:
        asked = config.catalogue().resolve(schema).id if schema else None
    except SchemaNotFound as error:
        raise click.UsageError(f"There is no schema {schema}.") from error
    return [resource.id for resource in model.Session.scalars(query) if _follows(resource, asked)]


def _follows(resource: model.Resource, asked: str | None) -> bool:
    try:
        known = config.catalogue().resolve(str(resource.extras.get("schema") or ""))
    except SchemaNotFound:
        return False
    return asked in (None, known.id)


@scdl.command()
@click.option("--repair", is_flag=True, help="Mend what needs nobody's judgement.")
def reconcile(repair: bool) -> None:
    """Say where files, rows, index and queue do not fit together; ends with 1 where something does not."""
    found = list(reconciling.mismatches())
    for mismatch in found:
        mended = repair and mismatch.is_mended
        if mended:
            reconciling.repair(mismatch)
        click.echo(f"{mismatch.kind}\t{mismatch.ident}{'	mended' if mended else ''}")
    again = deposits.sweep()
    for deposit_id in again:
        jobs.enqueue_check(deposit_id)
    click.echo(f"{len(found)} mismatches, {len(again)} lost deposits, {tables.reconcile()} tables to bring up to date")
    if any(not (repair and mismatch.is_mended) for mismatch in found):
        raise SystemExit(1)


@scdl.command()
def purge() -> None:
    """Remove what nobody needs any more: abandoned deposits, deleted datasets' files, bytes without a row."""
    given_up, deleted = cleaning.give_up_abandoned() + cleaning.give_up_orphaned(), cleaning.forget_deleted()
    swept = the_storage.sweep(time.time())
    click.echo(f"{given_up} deposits given up, {deleted} deleted files, {swept} contents")


@scdl.group()
def storage() -> None:
    """Files of the resources."""


@storage.command("hand-back")
def hand_back() -> None:
    """Lay every accepted file where stock CKAN looks for it, before the plugin is taken out."""
    ids = model.Session.scalars(sa.select(AcceptedFile.resource_id).where(AcceptedFile.current)).all()
    for resource_id in ids:
        the_storage.hand_back(resource_id)
    click.echo(f"{len(ids)} files stand where stock CKAN looks for them.")
