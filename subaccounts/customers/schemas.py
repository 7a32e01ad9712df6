from typing import Any

from marshmallow import fields, validate

from agency.foundation import i18n
from agency.foundation.api import ListQuery
from agency.foundation.schemas import Email, FormSchema, Language, StrictSchema, Text, TypedId, known
from subaccounts.customers.models import Customer
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.schemas import TAX_IDS_MAX, AccountForm, Address, TaxId, about, shown


class CustomerFields(StrictSchema):
    name = Text(longest=200, metadata=about("How the sub-account calls them.", "Lucía Herrera"))
    legal_name = Text(longest=200, metadata=about("To whom documents are made out.", "Lucía Herrera Campos"))
    email = Email(allow_none=True, metadata=about("Where documents are sent.", "lucia@example.com"))
    phone = Text(longest=40, allow_none=True, metadata=about("", "+52 55 1234 5678"))
    reference = Text(longest=80, allow_none=True, metadata=about("Their id in your own books.", "P-1042"))
    locale = fields.String(validate=Language, metadata=about("Language of documents.", "es"))
    address = fields.Nested(Address)
    tax_ids = fields.List(fields.Nested(TaxId), validate=validate.Length(max=TAX_IDS_MAX))


class NewCustomer(CustomerFields):
    sub_account_id = TypedId("sac", metadata={"description": "Whose customer; a sub-account's own key need not say."})
    name = Text(required=True, longest=200, metadata=about("How the sub-account calls them.", "Lucía Herrera"))
    currency = fields.String(validate=known(i18n.IN_USE), metadata=about("Of their first billing account.", "MXN"))


class CustomerQuery(ListQuery):
    sub_account_id = TypedId("sac")
    search = Text(longest=100, metadata=about("Looks into name, e-mail and reference.", "herrera"))
    reference = Text(longest=80)


class CustomerAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "cus_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac")
    name = fields.String(metadata={"example": "Lucía Herrera"})
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    reference = fields.String(allow_none=True)
    created_at = fields.AwareDateTime()


class CustomerWithAccount(CustomerAnswer):
    currency = fields.String(metadata={"example": "MXN"})
    legal_name = fields.String()
    locale = fields.String()
    address = fields.Nested(Address)
    tax_ids = fields.List(fields.Nested(TaxId))


class Customers(StrictSchema):
    data = fields.List(fields.Nested(CustomerAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class CustomerForm(AccountForm):
    """The page's form; a customer may have no legal name of its own."""

    name = Text(required=True, longest=200)
    legal_name = Text(longest=200, load_default=None)
    phone = Text(longest=40, load_default=None)
    reference = Text(longest=80, load_default=None)


class CustomerFilters(FormSchema):
    search = Text(longest=100)
    cursor = fields.String()


def with_account(customer: Customer, account: BillingAccount) -> dict[str, Any]:
    """A customer and its first billing account as the API shows them."""
    plain = ("public_id", "sub_account_id", "name", "email", "phone", "reference", "created_at")
    return shown(account, is_complete=True) | {name: getattr(customer, name) for name in plain}
