"""All golden loans, theme by theme."""

from risk_platform_tests.golden.burdens import BURDENS
from risk_platform_tests.golden.co_applicants import CO_APPLICANTS
from risk_platform_tests.golden.golden_loan import Golden
from risk_platform_tests.golden.histories import HISTORIES
from risk_platform_tests.golden.places import PLACES
from risk_platform_tests.golden.spellings import SPELLINGS

GOLDEN: tuple[Golden, ...] = SPELLINGS + PLACES + BURDENS + HISTORIES + CO_APPLICANTS
