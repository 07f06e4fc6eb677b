"""Census divisions of the United States: a coarse region that singles out no neighbourhood."""

from collections.abc import Mapping

# U.S. Census Bureau, "Census Regions and Divisions of the United States".
DIVISIONS: Mapping[str, tuple[str, ...]] = {
    "New England": ("CT", "MA", "ME", "NH", "RI", "VT"),
    "Middle Atlantic": ("NJ", "NY", "PA"),
    "East North Central": ("IL", "IN", "MI", "OH", "WI"),
    "West North Central": ("IA", "KS", "MN", "MO", "ND", "NE", "SD"),
    "South Atlantic": ("DC", "DE", "FL", "GA", "MD", "NC", "SC", "VA", "WV"),
    "East South Central": ("AL", "KY", "MS", "TN"),
    "West South Central": ("AR", "LA", "OK", "TX"),
    "Mountain": ("AZ", "CO", "ID", "MT", "NM", "NV", "UT", "WY"),
    "Pacific": ("AK", "CA", "HI", "OR", "WA"),
}

DIVISION_OF: Mapping[str, str] = {
    state: division for division, states in DIVISIONS.items() for state in states
}
