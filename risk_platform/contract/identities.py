"""The accounting identities of a loan, as SQL: what its numbers must say of one another."""

# Amounts are rounded to cents, each by itself.
_CENTS = 0.02
# From May 2009 to April 2010 the rate in the files is rounded, and instalments are up to 4.6 cents
# off what it gives.
_ROUNDED_RATE = 0.1
_RATE = "(l.int_rate / 1200)"
# The monthly payment of a loan: P r / (1 - (1 + r)^-n), r a twelfth of the rate.
_ANNUITY = f"(l.funded_amnt * {_RATE} / (1 - power(1 + {_RATE}, -l.term)))"
_RECEIVED = "(l.total_rec_prncp + l.total_rec_int + l.total_rec_late_fee + l.recoveries)"
_OWED = "(l.funded_amnt - l.total_rec_prncp)"

# Each a sentence that is true of a loan that keeps it, SQL that is true of one that breaks it, and
# the share of loans that may: as measured on real loans, doubled.
IDENTITIES: tuple[tuple[str, str, float], ...] = (
    (
        "total_pymnt is principal, interest, late fees and recoveries",
        f"abs(l.total_pymnt - {_RECEIVED}) > {_CENTS}",
        0.01,
    ),
    (
        "a current loan owes what was funded less the principal received",
        f"l.loan_status = 'Current' AND abs(l.out_prncp - {_OWED}) > {_CENTS}",
        0.01,
    ),
    (
        "installment is the annuity of funded_amnt, int_rate and term",
        f"abs(l.installment - {_ANNUITY}) > {_ROUNDED_RATE}",
        0.01,
    ),
    (
        "no loan is issued after its snapshot",
        "l.issue_d > l.snapshot_d",
        0.0,
    ),
    (
        "no payment is later than the snapshot",
        "l.last_pymnt_d > l.snapshot_d",
        0.005,
    ),
    (
        "no payment is earlier than the loan",
        "l.last_pymnt_d < l.issue_d",
        0.005,
    ),
    (
        "a loan that received money has a last payment",
        "l.total_pymnt - l.recoveries > 0 AND l.last_pymnt_d IS NULL",
        0.01,
    ),
    (
        "no credit line is opened after the loan",
        "l.earliest_cr_line > l.issue_d",
        0.005,
    ),
    (
        "a FICO range spans 4 or 5 points",
        "l.fico_range_high - l.fico_range_low NOT IN (4, 5)",
        0.001,
    ),
)
