"""Words: job titles, loan titles and postal codes, as people type them."""

from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk_platform.contract.columns import BY_NAME
from risk_platform.sources.generator.applications import Bools
from risk_platform.sources.generator.marginals import Ints

# fmt: off
_COMMON_TITLES = (
    "Teacher", "Manager", "Registered Nurse", "Owner", "Driver", "RN", "Supervisor", "Sales",
    "Office Manager", "Project Manager", "General Manager", "Truck Driver", "Nurse", "Director",
    "Engineer", "President", "manager", "teacher", "owner", "driver", "Police Officer", "LPN",
)
_RANKS = (
    "", "Senior ", "Junior ", "Lead ", "Assistant ", "Chief ", "Associate ", "Head ", "Deputy ",
    "Regional ", "District ", "Staff ", "Principal ", "Certified ", "Licensed ", "Night ",
    "Shift ", "Master ", "Executive ", "Sr. ", "Asst. ", "Interim ", "Field ", "Mobile ",
)
_FIELDS = (
    "Sales", "Account", "Warehouse", "Office", "Service", "Marketing", "Finance", "Payroll",
    "Production", "Quality", "Safety", "Network", "Software", "Systems", "Data", "Security",
    "Clinical", "Dental", "Medical", "Pharmacy", "Patient Care", "Laboratory", "Radiology",
    "School", "Library", "Athletic", "Kitchen", "Bakery", "Restaurant", "Hotel", "Travel",
    "Flight", "Freight", "Postal", "Fleet", "Machine", "Tool", "Welding", "Electrical", "Plumbing",
    "HVAC", "Roofing", "Paint", "Concrete", "Landscape", "Park", "Forest", "Water", "Gas", "Power",
    "Claims", "Policy", "Loan", "Credit", "Tax", "Audit", "Legal", "Court", "Records", "Probation",
)
_ROLES = (
    "Manager", "Supervisor", "Technician", "Specialist", "Analyst", "Coordinator", "Clerk",
    "Assistant", "Associate", "Representative", "Administrator", "Operator", "Inspector",
    "Engineer", "Consultant", "Director", "Officer", "Agent", "Instructor", "Planner", "Buyer",
    "Foreman", "Mechanic", "Attendant", "Dispatcher", "Auditor", "Adviser", "Trainer", "Examiner",
    "Superintendent", "Estimator", "Scheduler", "Installer", "Helper", "Counselor", "Advocate",
    "Designer", "Architect", "Developer", "Partner", "Liaison", "Investigator", "Expert", "Aide",
)
_ODD_TITLES = (
    'Driver, "CDL" class A', "Owner, self-employed", 'Clerk "B", nights', "Cook,\nweekends",
)
_FREE_TITLES = (
    "Debt Consolidation", "consolidate", "My loan", "Consolidation Loan", "Freedom", "debt free",
    "Payoff", "Credit Card Refinance", "Loan 1", "home improvements", "Bills", "Fresh start",
    'The "last" loan, I hope', "Roof, windows and doors", "Wedding\nand honeymoon", "cc refi",
)
_TITLE_OF_PURPOSE = {
    "debt_consolidation": "Debt consolidation", "credit_card": "Credit card refinancing",
    "home_improvement": "Home improvement", "other": "Other", "major_purchase": "Major purchase",
    "medical": "Medical expenses", "small_business": "Business", "car": "Car financing",
    "moving": "Moving and relocation", "vacation": "Vacation", "house": "Home buying",
    "wedding": "Wedding", "renewable_energy": "Green loan", "educational": "Student loan",
}
# First three digits of the postal codes of each state, from and to (US Postal Service, L002).
_ZIP_CODES = {
    "AK": (995, 999), "AL": (350, 369), "AR": (716, 729), "AZ": (850, 865), "CA": (900, 961),
    "CO": (800, 816), "CT": (60, 69), "DC": (200, 205), "DE": (197, 199), "FL": (320, 349),
    "GA": (300, 319), "HI": (967, 968), "IA": (500, 528), "ID": (832, 838), "IL": (600, 629),
    "IN": (460, 479), "KS": (660, 679), "KY": (400, 427), "LA": (700, 714), "MA": (10, 27),
    "MD": (206, 219), "ME": (39, 49), "MI": (480, 499), "MN": (550, 567), "MO": (630, 658),
    "MS": (386, 397), "MT": (590, 599), "NC": (270, 289), "ND": (580, 588), "NE": (680, 693),
    "NH": (30, 38), "NJ": (70, 89), "NM": (870, 884), "NV": (889, 898), "NY": (100, 149),
    "OH": (430, 459), "OK": (730, 749), "OR": (970, 979), "PA": (150, 196), "RI": (28, 29),
    "SC": (290, 299), "SD": (570, 577), "TN": (370, 385), "TX": (750, 799), "UT": (840, 847),
    "VA": (220, 246), "VT": (50, 59), "WA": (980, 994), "WI": (530, 549), "WV": (247, 268),
    "WY": (820, 831),
}
# fmt: on
_COMMON, _ODD = 0.2, 0.002
_TRAILING_BLANK = 0.09
# Borrowers gave their loans titles of their own until the form offered a list.
_FREE_UNTIL, _FREE = (2014 - 1970) * 12, 0.5


@cache
def job_titles() -> tuple[str, ...]:
    """Return all job titles but the odd ones: some 60,000."""
    made = (f"{rank}{field} {role}" for rank, field, role in product(_RANKS, _FIELDS, _ROLES))
    return (*_COMMON_TITLES, *made)


@cache
def _job_title_array() -> pa.Array:
    return pa.array((*job_titles(), *_ODD_TITLES), pa.string())


def draw_job_titles(rng: np.random.Generator, absent: Bools) -> pa.Array:
    """Draw job titles: some common, most rare, a few odd, one in eleven with a blank behind."""
    count, known = len(absent), len(job_titles())
    kind = rng.random(count)
    number = rng.integers(len(_COMMON_TITLES), known, count)
    common = rng.integers(len(_COMMON_TITLES), size=count)
    number = np.where(kind < _COMMON, common, number)
    odd = known + rng.integers(len(_ODD_TITLES), size=count)
    number = np.where(kind > 1 - _ODD, odd, number)
    titles = _job_title_array().take(pa.array(number))
    blank = pa.array(rng.random(count) < _TRAILING_BLANK)
    titles = pc.if_else(blank, pc.binary_join_element_wise(titles, " ", ""), titles)
    return pc.if_else(pa.array(absent), None, titles)


def draw_titles(rng: np.random.Generator, issued: Ints, purpose: Ints, absent: Bools) -> pa.Array:
    """Draw the loans' titles: the purpose in the form's words, or the borrower's own."""
    offered = pa.array([_TITLE_OF_PURPOSE[label] for label in BY_NAME["purpose"].labels])
    own = pa.array(_FREE_TITLES).take(pa.array(rng.integers(len(_FREE_TITLES), size=len(issued))))
    is_own = (issued < _FREE_UNTIL) & (rng.random(len(issued)) < _FREE)
    titles = pc.if_else(pa.array(is_own), own, offered.take(pa.array(purpose)))
    return pc.if_else(pa.array(absent), None, titles)


def draw_zip_codes(rng: np.random.Generator, state: Ints) -> pa.Array:
    """Draw the first three digits of a postal code in each state, such as ``945xx``."""
    ranges = np.array([_ZIP_CODES[label] for label in BY_NAME["addr_state"].labels])
    low, high = ranges[state].T
    codes = pa.array([f"{code:03d}xx" for code in range(1000)])
    return codes.take(pa.array(rng.integers(low, high + 1)))
