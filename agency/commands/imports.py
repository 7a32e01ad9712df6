"""``cartera import invoices``: a CSV of invoice lines becomes drafts, each invoice once."""

import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click

from agency.commands.platform import TypedIdOption, platform
from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.tenants.queries import sub_account
from subaccounts.imports.operations import Outcome, batches, import_batch
from subaccounts.imports.rules.files import FIELDS, columns_of, decoded, guessed
from subaccounts.imports.rules.parsing import Parsed, parse

NOTHING_IMPORTED = 1


class Mapping(click.ParamType[tuple[str, str]]):
    name = "field=Column"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        field, equals, column = value.partition("=")
        if not equals or field not in FIELDS:
            self.fail(f"say one of {', '.join(FIELDS)}, then = and the file's column.", param, ctx)
        return field, column


@click.group("import")
def import_group() -> None:
    """What comes from other programs."""


@import_group.command("invoices")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "agency_id", type=TypedIdOption("agy"), required=True, help="agy_...")
@click.option("--sub-account", "sub_account_id", type=TypedIdOption("sac"), required=True, help="sac_..., who bills.")
@click.option("--map", "mapped", type=Mapping(), multiple=True, help="Which column a field is, as often as needed.")
def import_invoices(*, file: Path, agency_id: UUID, sub_account_id: UUID, mapped: Sequence[tuple[str, str]]) -> None:
    """Draft the invoices of a CSV; wrong lines are told by their number, and nothing of their invoice is imported."""
    with platform().app_context(), scope.of_agency(agency_id):
        text = decoded(file.read_bytes())
        parsed = parse(text, guessed(columns_of(text)) | dict(mapped))
        total = _import(parsed, sub_account_id)
    for problem in parsed.problems:
        click.echo(f"line {problem.line}: {problem.text}", err=True)
    for line, reason in total.refused:
        click.echo(f"line {line}: {reason}", err=True)
    click.echo(
        f"{parsed.lines} lines: {total.drafted} drafts, {total.customers} new customers,"
        f" {total.known} invoices were there already, {len(parsed.problems)} problems"
    )
    sys.exit(0 if total.drafted or total.known else NOTHING_IMPORTED)


def _import(parsed: Parsed, sub_account_id: UUID) -> Outcome:
    total = Outcome()
    with transaction():
        sub_account(sub_account_id)
    with click.progressbar(
        length=len(parsed.invoices), label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for batch in batches(parsed.invoices):
            with transaction():
                done = import_batch(sub_account(sub_account_id), batch, by=OPERATOR, now=clock.now())
            total.add(done)
            bar.update(len(batch))
    return total
