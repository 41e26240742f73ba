"""What figures count, how they follow from their rows, and which time they are about."""

from terms.measures import Formula, Period, Unit
from words import N_, labels

labels.name_members(
    Unit,
    {
        "case": N_("cases"),
        "client": N_("clients"),
        "policy": N_("policies"),
        "pair": N_("pairs"),
        "claim": N_("claims"),
        "complaint": N_("complaints"),
        "decision": N_("decisions"),
        "thing": N_("things to do"),
        "fact": N_("facts not known"),
        "file_row": N_("rows of the file"),
        "yuan": N_("yuan"),
        "percent": N_("per cent"),
        "contact": N_("contacts"),
        "working_hour": N_("working hours"),
        "score": N_("figure between 0 and 1"),
    },
)
labels.name_members(
    Formula,
    {
        "count": N_("Number of rows"),
        "sum": N_("Sum of the column “{column}” over the rows"),
        "share": N_("Rows marked “{column}” ÷ all rows"),
        "part_of_sum": N_("Sum of “{column}” ÷ sum of “{of}” over the rows"),
        "mean": N_("Sum of “{column}” ÷ number of rows"),
        "of_capacity": N_("Rows marked “{column}” ÷ “{of}”, which stands in every row"),
        "evenness": N_("(Sum of “{column}”)² ÷ (number of rows × sum of its squares)"),
        "squared_miss": N_("Sum of “{column}” ÷ (number of rows × 100,000,000)"),
        "miss_of_rate": N_("Rows marked “{column}” × rows not marked ÷ (number of rows)²"),
        "order": N_(
            "(Sum of “{column}” − n × (n + 1)) ÷ (2 × n × other rows), where n is the number of"
            " renewed rows"
        ),
        "of_plan": N_("Rows marked “{column}”, beside the day's portion"),
    },
)
labels.name_members(
    Period,
    {
        "now": N_("As it stands now"),
        "today": N_("Today, 00:00 to 24:00 in Beijing"),
        "range": N_("{first} to {last}, both days included"),
        "run": N_("One import"),
    },
)
