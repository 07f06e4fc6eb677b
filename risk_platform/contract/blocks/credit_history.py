"""The credit history that the bureau reported on the day of application."""

from functools import partial

from risk_platform.contract.column import Block, Column, DType, Timing

_column = partial(Column, block=Block.CREDIT_HISTORY, known=Timing.APPLICATION)
_count = partial(_column, dtype=DType.INTEGER, unit="count")
_months = partial(_column, dtype=DType.INTEGER, unit="months", low=0)
_usd = partial(_column, dtype=DType.FLOAT, unit="USD", low=0)
_pct = partial(_column, dtype=DType.PERCENT, unit="%", low=0)

# The bureau's feed came in three steps.
SPRING_2012, SUMMER_2012, WINTER_2015 = "2012-03", "2012-08", "2015-12"

# fmt: off
COLUMNS = (
    _count(name="delinq_2yrs", low=0, high=60, about="Times 30 days late or more in the past 2 years"),
    _column(name="earliest_cr_line", dtype=DType.MONTH, about="Month of the first credit line"),
    _column(name="fico_range_low", dtype=DType.INTEGER, unit="points", low=300, high=850, about="Lower end of the FICO range"),
    _column(name="fico_range_high", dtype=DType.INTEGER, unit="points", low=300, high=850, about="Upper end of the FICO range"),
    _count(name="inq_last_6mths", low=0, high=40, about="Credit inquiries of the past 6 months, without car and mortgage"),
    _months(name="mths_since_last_delinq", high=250, may_lack=0.85, about="Months since the last delinquency"),
    _months(name="mths_since_last_record", high=150, may_lack=0.99, about="Months since the last public record"),
    _count(name="open_acc", low=0, high=120, about="Open credit lines"),
    _count(name="pub_rec", low=0, high=100, about="Derogatory public records"),
    _usd(name="revol_bal", high=3_000_000, about="Balance of revolving credit"),
    _pct(name="revol_util", high=900, about="Revolving balances over their limits"),
    _count(name="total_acc", low=1, high=200, about="Credit lines ever opened"),
    _count(name="collections_12_mths_ex_med", low=0, high=30, about="Collections of the past 12 months but medical ones"),
    _months(name="mths_since_last_major_derog", high=250, may_lack=1, about="Months since the borrower was last 90 days late or worse"),
    _count(name="acc_now_delinq", low=0, high=20, about="Accounts that are delinquent now"),
    _usd(name="tot_coll_amt", high=10_000_000, since=SUMMER_2012, about="Amounts ever sent to collection"),
    _usd(name="tot_cur_bal", high=10_000_000, since=SUMMER_2012, about="Balance of all accounts"),
    _count(name="open_acc_6m", low=0, high=30, since=WINTER_2015, about="Accounts opened in the past 6 months"),
    _count(name="open_act_il", low=0, high=80, since=WINTER_2015, aliases=("open_il_6m",), about="Active instalment accounts"),
    _count(name="open_il_12m", low=0, high=40, since=WINTER_2015, about="Instalment accounts opened in the past 12 months"),
    _count(name="open_il_24m", low=0, high=80, since=WINTER_2015, about="Instalment accounts opened in the past 24 months"),
    _months(name="mths_since_rcnt_il", high=600, since=WINTER_2015, may_lack=0.1, about="Months since the last instalment account was opened"),
    _usd(name="total_bal_il", high=3_000_000, since=WINTER_2015, about="Balance of instalment accounts"),
    _pct(name="il_util", high=1_000, since=WINTER_2015, may_lack=0.35, about="Instalment balances over their original amounts"),
    _count(name="open_rv_12m", low=0, high=40, since=WINTER_2015, about="Revolving accounts opened in the past 12 months"),
    _count(name="open_rv_24m", low=0, high=80, since=WINTER_2015, about="Revolving accounts opened in the past 24 months"),
    _usd(name="max_bal_bc", high=1_500_000, since=WINTER_2015, about="Largest balance on a bankcard"),
    _pct(name="all_util", high=300, since=WINTER_2015, about="All balances but mortgages over their limits"),
    _usd(name="total_rev_hi_lim", high=10_000_000, since=SUMMER_2012, about="Limits of revolving credit"),
    _count(name="inq_fi", low=0, high=60, since=WINTER_2015, about="Inquiries by personal-finance lenders"),
    _count(name="total_cu_tl", low=0, high=120, since=WINTER_2015, about="Accounts with finance companies"),
    _count(name="inq_last_12m", low=0, high=80, since=WINTER_2015, about="Credit inquiries of the past 12 months"),
    _count(name="acc_open_past_24mths", low=0, high=80, since=SPRING_2012, about="Accounts opened in the past 24 months"),
    _usd(name="avg_cur_bal", high=1_000_000, since=SUMMER_2012, about="Mean balance of all accounts"),
    _usd(name="bc_open_to_buy", high=1_000_000, since=SPRING_2012, may_lack=0.05, about="Unused limits of revolving bankcards"),
    _pct(name="bc_util", high=350, since=SPRING_2012, may_lack=0.05, about="Bankcard balances over their limits"),
    _count(name="chargeoff_within_12_mths", low=0, high=20, about="Charge-offs of the past 12 months"),
    _usd(name="delinq_amnt", high=300_000, about="Amount past due on accounts that are delinquent now"),
    _months(name="mo_sin_old_il_acct", high=1_000, since=SUMMER_2012, may_lack=0.1, about="Months since the oldest instalment account was opened"),
    _months(name="mo_sin_old_rev_tl_op", high=1_000, since=SUMMER_2012, about="Months since the oldest revolving account was opened"),
    _months(name="mo_sin_rcnt_rev_tl_op", high=600, since=SUMMER_2012, about="Months since the newest revolving account was opened"),
    _months(name="mo_sin_rcnt_tl", high=400, since=SUMMER_2012, about="Months since the newest account was opened"),
    _count(name="mort_acc", low=0, high=100, since=SPRING_2012, about="Mortgage accounts"),
    _months(name="mths_since_recent_bc", high=700, since=SPRING_2012, may_lack=0.05, about="Months since the newest bankcard was opened"),
    _months(name="mths_since_recent_bc_dlq", high=250, since=SUMMER_2012, may_lack=0.9, about="Months since the last bankcard delinquency"),
    _months(name="mths_since_recent_inq", high=25, since=SPRING_2012, may_lack=0.25, about="Months since the last inquiry, within two years"),
    _months(name="mths_since_recent_revol_delinq", high=250, since=SPRING_2012, may_lack=0.85, about="Months since the last revolving delinquency"),
    _count(name="num_accts_ever_120_pd", low=0, high=80, since=SUMMER_2012, about="Accounts ever 120 days past due or worse"),
    _count(name="num_actv_bc_tl", low=0, high=60, since=SUMMER_2012, about="Active bankcards"),
    _count(name="num_actv_rev_tl", low=0, high=90, since=SUMMER_2012, about="Active revolving accounts"),
    _count(name="num_bc_sats", low=0, high=90, since="2012-06", about="Bankcards in good standing"),
    _count(name="num_bc_tl", low=0, high=120, since=SUMMER_2012, about="Bankcards ever"),
    _count(name="num_il_tl", low=0, high=200, since=SUMMER_2012, about="Instalment accounts ever"),
    _count(name="num_op_rev_tl", low=0, high=120, since=SUMMER_2012, about="Open revolving accounts"),
    _count(name="num_rev_accts", low=0, high=180, since=SUMMER_2012, about="Revolving accounts ever"),
    _count(name="num_rev_tl_bal_gt_0", low=0, high=90, since=SUMMER_2012, about="Revolving accounts that carry a balance"),
    _count(name="num_sats", low=0, high=120, since="2012-06", about="Accounts in good standing"),
    _count(name="num_tl_120dpd_2m", low=0, high=20, since=SUMMER_2012, may_lack=0.2, about="Accounts 120 days past due, updated in the past 2 months"),
    _count(name="num_tl_30dpd", low=0, high=20, since=SUMMER_2012, about="Accounts 30 days past due, updated in the past 2 months"),
    _count(name="num_tl_90g_dpd_24m", low=0, high=70, since=SUMMER_2012, about="Accounts 90 days past due or worse in the past 24 months"),
    _count(name="num_tl_op_past_12m", low=0, high=50, since=SUMMER_2012, about="Accounts opened in the past 12 months"),
    _pct(name="pct_tl_nvr_dlq", high=100, since=SUMMER_2012, about="Share of accounts that were never late"),
    _pct(name="percent_bc_gt_75", high=100, since=SPRING_2012, may_lack=0.05, about="Share of bankcards used above 75 % of the limit"),
    _count(name="pub_rec_bankruptcies", low=0, high=20, about="Bankruptcies on public record"),
    _count(name="tax_liens", low=0, high=100, about="Tax liens"),
    _usd(name="tot_hi_cred_lim", high=11_000_000, since=SUMMER_2012, about="Limits and original amounts of all accounts"),
    _usd(name="total_bal_ex_mort", high=5_000_000, since=SPRING_2012, about="Balance of all accounts but mortgages"),
    _usd(name="total_bc_limit", high=2_000_000, since=SPRING_2012, about="Limits of bankcards"),
    _usd(name="total_il_high_credit_limit", high=3_000_000, since=SUMMER_2012, about="Original amounts of instalment accounts"),
)
# fmt: on
