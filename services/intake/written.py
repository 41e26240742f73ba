"""The columns an import writes, by table."""

PARTY = ("name", "sex", "birth_on", "occupation", "id_type", "id_number", "id_index", "region")
CLIENT = (
    "client_type",
    "name",
    "owner_id",
    "team_id",
    "branch_id",
    "stage",
    "client_since_on",
    "preferred_channel",
    "preferred_time",
    "preferred_language",
    "do_not_contact",
    "risk_preference",
    "risk_tolerance",
    "needs",
    "special_circumstances",
    "completeness",
    "extra",
    "extra_numbers",
)
POLICY = (
    "insurer",
    "line",
    "product",
    "inception_on",
    "expiry_on",
    "premium_fen",
    "sum_insured_fen",
    "payment_mode",
    "cooling_off_days",
    "status",
    "agent_id",
    "extra",
)
SOURCES = ("name", "phone", "email", "address", "id_number", "birth_on", "sex", "occupation")
