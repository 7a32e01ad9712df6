"""Who may look before a tenant is known. Each place says ``all_tenants`` aloud, and stands here with its reason."""

from tests.architecture import sources

PLACES = {
    "agency/foundation/due/sources.py": "finds who has work due; each agency's is then a job of its own",
    "agency/foundation/jobs/queries.py": "counts the jobs not done, for the operator's metrics",
    "agency/foundation/jobs/sweep.py": "finds the due jobs of every agency; each then runs in its own",
    "agency/staff/recognition.py": "finds whose address was typed; the password is compared inside each agency",
    "subaccounts/portal/faces.py": "finds whose portal an address is; nothing else of it is read before",
    "wallet/charges/jobs.py": "finds open charges and refunds nobody looks at; each then is a job of its agency",
    "wallet/stripe_webhooks/queries.py": "finds whose address the card processor wrote to, before anything is believed",
    "agency/worker.py": "the schedule writes one job for each agency",
}


def test_only_the_listed_places_see_every_tenant():
    said = {source.name for source in sources.product() if any("all_tenants" in call for call in source.calls())}

    assert said == set(PLACES)
