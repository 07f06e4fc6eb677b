"""The control tower: pages for those who run credit risk. A client of the API, log and registry."""
