"""Where the sample's data lies; its README says where it comes from."""

from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
