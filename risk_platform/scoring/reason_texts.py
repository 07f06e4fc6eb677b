"""The sentences of adverse-action reasons, in English and in Spanish: a fixed table.

Each input of a model is of exactly one reason, so that a ratio counts wholly for what a borrower
understands by it and nothing is shared out. A text says "too many" or "too high" only where credit
sense binds all its inputs to that direction; elsewhere it names the matter, as the sample form of
Regulation B does. What was not given is a reason of its own: the same matter, said to be missing.
No reason stands for age, sex, family, origin or a neighbourhood; the census division of the
borrower's state is named as what it is, since a reason that hid it would not be true.

Source of the form: 12 CFR 1002, appendix C, form C-1; CFPB Circulars 2022-03 and 2023-03.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Matter:
    """What a reason is about.

    Parameters
    ----------
    number
        It never changes and is never given to another: the digits of the reason's codes.
    english, spanish
        Why it raised the risk.
    missing_english, missing_spanish
        What is missing, where it was not given.
    """

    number: int
    english: str
    spanish: str
    missing_english: str
    missing_spanish: str

    @property
    def code(self) -> str:
        """The reason's code where the matter is known."""
        return f"AA{self.number:02d}"

    @property
    def missing_code(self) -> str:
        """The reason's code where it was not given."""
        return f"AM{self.number:02d}"


# Each matter and its inputs.
# fmt: off
_TABLE: tuple[tuple[Matter, str], ...] = (
    (Matter(1, "Credit score too low", "Puntaje de crédito demasiado bajo",
            "Credit score (FICO) not given", "No se indicó el puntaje de crédito (FICO)"),
     "fico_mid lower_fico_mid"),
    (Matter(2, "Income too low", "Ingresos demasiado bajos",
            "Income not given", "No se indicaron los ingresos"),
     "annual_inc annual_inc_joint household_income_usd"),
    (Matter(3, "Amount requested too high for the income", "Monto solicitado demasiado alto para los ingresos",
            "Amount requested or income not given", "No se indicó el monto solicitado o los ingresos"),
     "loan_to_income"),
    (Matter(4, "Payments on this loan too high for the income", "Pagos de este préstamo demasiado altos para los ingresos",
            "Payment on this loan or income not given", "No se indicó el pago de este préstamo o los ingresos"),
     "instalment_to_income"),
    (Matter(5, "Debts too high for the income", "Deudas demasiado altas para los ingresos",
            "Debts or income not given", "No se indicaron las deudas o los ingresos"),
     "dti dti_joint household_dti_pct dti_with_loan_pct debt_to_income"),
    (Matter(6, "Balances on credit cards and revolving credit too high for the income", "Saldos de tarjetas y crédito rotativo demasiado altos para los ingresos",
            "Balances on revolving credit or income not given", "No se indicaron los saldos de crédito rotativo o los ingresos"),
     "revol_bal_to_income"),
    (Matter(7, "Too many recent credit inquiries", "Demasiadas consultas de crédito recientes",
            "Number of recent credit inquiries not given", "No se indicó el número de consultas de crédito recientes"),
     "inq_last_6mths inq_last_12m inq_fi"),
    (Matter(8, "Time since the last credit inquiry too short", "Muy poco tiempo desde la última consulta de crédito",
            "Time since the last credit inquiry not given", "No se indicó el tiempo desde la última consulta de crédito"),
     "mths_since_recent_inq"),
    (Matter(9, "Too many accounts opened recently", "Demasiadas cuentas abiertas recientemente",
            "Number of accounts opened recently not given", "No se indicó el número de cuentas abiertas recientemente"),
     "acc_open_past_24mths num_tl_op_past_12m open_acc_6m open_rv_12m open_rv_24m open_il_12m open_il_24m recent_share_24m recent_share_12m"),
    (Matter(10, "Time since the newest account was opened too short", "Muy poco tiempo desde la apertura de la cuenta más reciente",
            "Time since the newest account was opened not given", "No se indicó el tiempo desde la apertura de la cuenta más reciente"),
     "mths_since_recent_bc mths_since_rcnt_il mo_sin_rcnt_tl mo_sin_rcnt_rev_tl_op"),
    (Matter(11, "Length of credit history too short", "Historial de crédito demasiado corto",
            "Length of credit history not given", "No se indicó la duración del historial de crédito"),
     "credit_age_months mo_sin_old_il_acct mo_sin_old_rev_tl_op"),
    (Matter(12, "Use of revolving credit limits too high", "Uso demasiado alto de los límites de crédito rotativo",
            "Use of credit limits not given", "No se indicó el uso de los límites de crédito"),
     "revol_util bc_util all_util percent_bc_gt_75 balance_to_limit"),
    (Matter(13, "Unused credit on bankcards too low", "Crédito disponible en tarjetas demasiado bajo",
            "Unused credit on bankcards not given", "No se indicó el crédito disponible en tarjetas"),
     "bc_open_to_buy"),
    (Matter(14, "Delinquent past or present credit obligations", "Obligaciones de crédito en mora, pasadas o presentes",
            "Record of late payments not given", "No se indicó el registro de pagos atrasados"),
     "delinq_2yrs acc_now_delinq delinq_amnt num_accts_ever_120_pd num_tl_120dpd_2m num_tl_30dpd num_tl_90g_dpd_24m"),
    (Matter(15, "Time since the last late payment too short", "Muy poco tiempo desde el último pago atrasado",
            "Time since the last late payment not given", "No se indicó el tiempo desde el último pago atrasado"),
     "mths_since_last_delinq mths_since_last_major_derog mths_since_recent_bc_dlq mths_since_recent_revol_delinq"),
    (Matter(16, "Share of accounts never late too low", "Proporción de cuentas sin atrasos demasiado baja",
            "Share of accounts never late not given", "No se indicó la proporción de cuentas sin atrasos"),
     "pct_tl_nvr_dlq"),
    (Matter(17, "Accounts charged off or in collection", "Cuentas castigadas o en cobranza",
            "Record of charge-offs and collections not given", "No se indicó el registro de cuentas castigadas o en cobranza"),
     "chargeoff_within_12_mths collections_12_mths_ex_med tot_coll_amt"),
    (Matter(18, "Bankruptcy, tax lien or other derogatory public record", "Quiebra, gravamen fiscal u otro registro público negativo",
            "Public records not given", "No se indicaron los registros públicos"),
     "pub_rec pub_rec_bankruptcies tax_liens"),
    (Matter(19, "Time since the last public record too short", "Muy poco tiempo desde el último registro público",
            "Time since the last public record not given", "No se indicó el tiempo desde el último registro público"),
     "mths_since_last_record"),
    (Matter(20, "Amount requested", "Monto solicitado",
            "Amount requested not given", "No se indicó el monto solicitado"),
     "loan_amnt loan_to_revol_bal"),
    (Matter(21, "Length of the loan", "Plazo del préstamo",
            "Length of the loan not given", "No se indicó el plazo del préstamo"),
     "term"),
    (Matter(22, "Purpose of the loan", "Propósito del préstamo",
            "Purpose of the loan not given", "No se indicó el propósito del préstamo"),
     "purpose"),
    (Matter(23, "Length of employment", "Antigüedad en el empleo",
            "Length of employment not given", "No se indicó la antigüedad en el empleo"),
     "emp_length"),
    (Matter(24, "Housing status", "Situación de vivienda",
            "Housing status not given", "No se indicó la situación de vivienda"),
     "home_ownership"),
    (Matter(25, "Verification of income", "Verificación de los ingresos",
            "Verification of income not given", "No se indicó la verificación de los ingresos"),
     "verification_status verification_status_joint"),
    (Matter(26, "Type of application: one borrower or two", "Tipo de solicitud: uno o dos solicitantes",
            "Type of application not given", "No se indicó el tipo de solicitud"),
     "application_type"),
    (Matter(27, "Number of open accounts", "Número de cuentas abiertas",
            "Number of open accounts not given", "No se indicó el número de cuentas abiertas"),
     "open_acc num_sats num_op_rev_tl open_act_il num_actv_bc_tl num_actv_rev_tl num_bc_sats open_share"),
    (Matter(28, "Number of credit accounts over time", "Número de cuentas de crédito a lo largo del tiempo",
            "Number of credit accounts not given", "No se indicó el número de cuentas de crédito"),
     "total_acc num_bc_tl num_il_tl num_rev_accts total_cu_tl"),
    (Matter(29, "Number of accounts that carry a balance", "Número de cuentas con saldo",
            "Number of accounts that carry a balance not given", "No se indicó el número de cuentas con saldo"),
     "num_rev_tl_bal_gt_0 active_card_share"),
    (Matter(30, "Mortgage accounts", "Cuentas hipotecarias",
            "Number of mortgage accounts not given", "No se indicó el número de cuentas hipotecarias"),
     "mort_acc"),
    (Matter(31, "Balances on credit accounts", "Saldos de las cuentas de crédito",
            "Balances on credit accounts not given", "No se indicaron los saldos de las cuentas de crédito"),
     "revol_bal revol_bal_joint tot_cur_bal avg_cur_bal max_bal_bc total_bal_ex_mort"),
    (Matter(32, "Instalment debts", "Deudas a plazos",
            "Instalment debts not given", "No se indicaron las deudas a plazos"),
     "total_bal_il il_util total_il_high_credit_limit instalment_debt_to_limit"),
    (Matter(33, "Limits of credit accounts", "Límites de las cuentas de crédito",
            "Limits of credit accounts not given", "No se indicaron los límites de las cuentas de crédito"),
     "tot_hi_cred_lim total_bc_limit total_rev_hi_lim card_limit_share"),
    (Matter(34, "Co-applicant's credit score too low", "Puntaje de crédito del cosolicitante demasiado bajo",
            "Co-applicant's credit score not given", "No se indicó el puntaje de crédito del cosolicitante"),
     "sec_app_fico_mid"),
    (Matter(35, "Co-applicant's length of credit history too short", "Historial de crédito del cosolicitante demasiado corto",
            "Co-applicant's length of credit history not given", "No se indicó la duración del historial de crédito del cosolicitante"),
     "sec_app_credit_age_months"),
    (Matter(36, "Co-applicant has too many recent credit inquiries", "Demasiadas consultas de crédito recientes del cosolicitante",
            "Co-applicant's recent credit inquiries not given", "No se indicaron las consultas de crédito recientes del cosolicitante"),
     "sec_app_inq_last_6mths"),
    (Matter(37, "Co-applicant's use of revolving credit limits too high", "Uso demasiado alto de los límites de crédito rotativo del cosolicitante",
            "Co-applicant's use of revolving credit not given", "No se indicó el uso de crédito rotativo del cosolicitante"),
     "sec_app_revol_util"),
    (Matter(38, "Co-applicant's accounts delinquent, charged off or in collection", "Cuentas del cosolicitante en mora, castigadas o en cobranza",
            "Co-applicant's record of payments not given", "No se indicó el registro de pagos del cosolicitante"),
     "sec_app_chargeoff_within_12_mths sec_app_collections_12_mths_ex_med sec_app_mths_since_last_major_derog"),
    (Matter(39, "Co-applicant's number of accounts", "Número de cuentas del cosolicitante",
            "Co-applicant's number of accounts not given", "No se indicó el número de cuentas del cosolicitante"),
     "sec_app_mort_acc sec_app_open_acc sec_app_open_act_il sec_app_num_rev_accts"),
    (Matter(40, "Priced by the lender as a higher risk", "El prestamista fijó el precio como de mayor riesgo",
            "Price of the loan not given", "No se indicó el precio del préstamo"),
     "int_rate sub_grade_rank"),
    (Matter(41, "Monthly payment on this loan", "Pago mensual de este préstamo",
            "Monthly payment on this loan not given", "No se indicó el pago mensual de este préstamo"),
     "installment"),
    (Matter(42, "How the loan is offered to investors", "Cómo se ofrece el préstamo a los inversionistas",
            "How the loan is offered to investors not given", "No se indicó cómo se ofrece el préstamo a los inversionistas"),
     "initial_list_status"),
    (Matter(43, "Region of residence (census division)", "Región de residencia (división censal)",
            "State of residence not given", "No se indicó el estado de residencia"),
     "region"),
)
# fmt: on

# Input of a model to what it is about.
MATTERS: Mapping[str, Matter] = MappingProxyType(
    {name: matter for matter, names in _TABLE for name in names.split()}
)
# What stands for everything that is asked of two borrowers, where there is one.
ALONE = MATTERS["application_type"]
