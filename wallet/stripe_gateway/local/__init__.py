"""A Stripe of one's own for the demo and the tests: the part of the API that the product uses, spoken over HTTP.

The unmodified SDK speaks to it (`base_addresses={"api": url}`). Every `sk_test_<name>` is the key of the account
`acct_<name>`, and `pk_test_<name>` its publishable key. Faults, disputes and webhooks are steered at `/_control/`.
"""
