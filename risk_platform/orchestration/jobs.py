"""Jobs: what is run as a whole."""

import dagster as dg

refresh_platform = dg.define_asset_job(
    "refresh_platform",
    selection=dg.AssetSelection.all(),
    description="From raw files to the deployed champion, every quarter in one run.",
)
