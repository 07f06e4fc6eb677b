"""Each census division and each grade once, the latter at an end of its steps or inside them.

The rank of a sub-grade is 5 for every grade before it and its own step: D2 is 3 * 5 + 2 = 17.
"""

from risk_platform_tests.golden.golden_loan import Golden

PLACES: tuple[Golden, ...] = (
    Golden(
        "the safest sub-grade, in Maine",
        {"grade": "A", "sub_grade": "A1", "addr_state": "ME"},
        {"sub_grade_rank": 1.0, "region": "New England"},
    ),
    Golden(
        "the last step of a grade, in Pennsylvania",
        {"grade": "A", "sub_grade": "A5", "addr_state": "PA"},
        {"sub_grade_rank": 5.0, "region": "Middle Atlantic"},
    ),
    Golden(
        "the first step of the next grade, in Ohio",
        {"grade": "B", "sub_grade": "B1", "addr_state": "OH"},
        {"sub_grade_rank": 6.0, "region": "East North Central"},
    ),
    Golden(
        "the middle of grade C, in North Dakota, where few borrow",
        {"grade": "C", "sub_grade": "C3", "addr_state": "ND"},
        {"sub_grade_rank": 13.0, "region": "West North Central"},
        why="2 * 5 + 3",
    ),
    Golden(
        "the District of Columbia, which is no state",
        {"grade": "D", "sub_grade": "D2", "addr_state": "DC"},
        {"sub_grade_rank": 17.0, "region": "South Atlantic"},
        why="3 * 5 + 2",
    ),
    Golden(
        "home ownership OTHER, in Kentucky",
        {"grade": "E", "sub_grade": "E4", "addr_state": "KY", "home_ownership": "OTHER"},
        {"sub_grade_rank": 24.0, "region": "East South Central", "home_ownership": "OTHER"},
        why="4 * 5 + 4",
    ),
    Golden(
        "home ownership OWN, in Oklahoma",
        {"grade": "F", "sub_grade": "F5", "addr_state": "OK", "home_ownership": "OWN"},
        {"sub_grade_rank": 30.0, "region": "West South Central", "home_ownership": "OWN"},
        why="5 * 5 + 5",
    ),
    Golden(
        "home ownership NONE is a label, not an absence, in Wyoming",
        {"grade": "G", "sub_grade": "G1", "addr_state": "WY", "home_ownership": "NONE"},
        {"sub_grade_rank": 31.0, "region": "Mountain", "home_ownership": "NONE"},
        why="6 * 5 + 1",
    ),
    Golden(
        "home ownership ANY, the riskiest sub-grade, in Hawaii",
        {"grade": "G", "sub_grade": "G5", "addr_state": "HI", "home_ownership": "ANY"},
        {"sub_grade_rank": 35.0, "region": "Pacific", "home_ownership": "ANY"},
        why="7 * 5",
    ),
)
