"""``cartera import invoices`` as an operator calls it, in a process of its own."""

import os
import subprocess
import sys

import pytest

from agency.foundation import ids
from tests.architecture.sources import ROOT
from tests.factories import tenants

pytestmark = pytest.mark.slow
NAMES = "base_url database_url redis_url secret_key encryption_key smtp_url stripe_secret_key stripe_api_base"
FILE = (
    "No,date,customer_ref,description,quantity,unit_price\n"
    "1,2026-03-02,C-7,Cleaning,2,10\n"
    "2,2026-03-02,,Cleaning,1,10\n"
)


class TestImportInvoices:
    def test_it_drafts_tells_wrong_lines_and_the_second_time_nothing(self, app, settings, tmp_path):
        seller = tenants.sub_account(tenants.agency())
        file = tmp_path / "march.csv"
        file.write_text(FILE)
        environment = os.environ | {name.upper(): getattr(settings, name) for name in NAMES.split()}
        command = [
            sys.executable,
            "-m",
            "agency.commands",
            "import",
            "invoices",
            str(file),
            "--map",
            "invoice_number=No",
        ]
        command += ["--agency", ids.encode("agy", seller.agency_id), "--sub-account", seller.public_id]

        first, again = (
            subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
            for _time in range(2)
        )

        assert (first.returncode, again.returncode) == (0, 0), first.stderr
        assert "2 lines: 1 drafts, 1 new customers" in first.stdout
        assert "line 3: There is no customer on this line." in first.stderr
        assert "0 drafts, 0 new customers, 1 invoices were there already" in again.stdout
