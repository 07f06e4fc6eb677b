"""What identifies and places a loan without saying anything of its risk."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.METADATA, known=Timing.METADATA)

# fmt: off
COLUMNS = (
    _column(name="id", dtype=DType.TEXT, may_lack=0, about="LendingClub's number of the loan"),
    _column(name="member_id", dtype=DType.TEXT, may_lack=1, about="LendingClub's number of the borrower; emptied in later files"),
    _column(name="issue_d", dtype=DType.MONTH, may_lack=0, about="Month in which the loan was funded"),
    _column(name="url", dtype=DType.TEXT, about="Address of the listing"),
    _column(name="policy_code", dtype=DType.INTEGER, low=1, high=2, about="1 for publicly offered loans, 2 for others"),
)
# fmt: on
