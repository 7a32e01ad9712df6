"""The catalogue for programs."""

from agency.plans.routes.api import coupons, meters, plans, prices, products, taxes

RESOURCES = [room.resources for room in (meters, products, plans, prices, coupons, taxes)]
