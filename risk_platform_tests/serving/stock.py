"""What FastAPI, pydantic and uvicorn do when nobody tells them otherwise: the unsafe twins."""

from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field


class StockApplication(BaseModel):
    """An application as a tutorial would write it."""

    model_config = ConfigDict(extra="forbid")

    dti: Annotated[float, Field(le=2_000, allow_inf_nan=False)] | None = None
    emp_title: str | None = None


def stock_app() -> FastAPI:
    """Return a service that takes what comes."""
    app = FastAPI()

    @app.post("/predict")
    async def predict(application: StockApplication) -> StockApplication:
        return application

    @app.get("/health/live")
    async def live() -> str:
        return "alive"

    return app
