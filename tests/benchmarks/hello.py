"""What B5 is measured against: Flask that says hello, with one transaction."""

import os

from flask import Flask
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://", 1), pool_size=8)


@app.get("/")
def hello() -> str:
    with engine.begin() as connection:
        return f"Hello {connection.execute(text('SELECT 1')).scalar()}"
