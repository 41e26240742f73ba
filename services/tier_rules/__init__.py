"""The rules of tiers, tried before they are published 分级规则试算与发布.

A draft is copied from what is in force and changed; ``tried`` says for every client of the company
where they would stand, as a matrix of movements, with what serving them would take. A second
person publishes it with a day; it applies by itself; taking it back puts everybody back whose
data nobody touched since, and names the others.
"""

from services.tier_rules.drafts import (
    TierDraftCard,
    TierDraftNotReady,
    TierDraftUnnamed,
    TierDraftWaits,
    TooManyTierDrafts,
    ask,
    card_of,
    discard,
    drafts,
    in_force,
    keep,
    problems_of,
    start,
)
from services.tier_rules.population import (
    TRIED_AXES,
    Population,
    last_run,
    population,
    with_columns,
)
from services.tier_rules.publishing import (
    AlreadyTakenBack,
    Left,
    Publication,
    TierRulesMovedOn,
    ask_back,
    left,
    moved_by,
    publications,
)
from services.tier_rules.trying import (
    CLASSES,
    RULE_OF,
    Effort,
    Matrix,
    Means,
    Mover,
    Trial,
    between,
    effort,
    is_known_of_anybody,
    means,
    movers,
    tried,
)

__all__ = [
    "CLASSES",
    "RULE_OF",
    "TRIED_AXES",
    "AlreadyTakenBack",
    "Effort",
    "Left",
    "Matrix",
    "Means",
    "Mover",
    "Population",
    "Publication",
    "TierDraftCard",
    "TierDraftNotReady",
    "TierDraftUnnamed",
    "TierDraftWaits",
    "TierRulesMovedOn",
    "TooManyTierDrafts",
    "Trial",
    "ask",
    "ask_back",
    "between",
    "card_of",
    "discard",
    "drafts",
    "effort",
    "in_force",
    "is_known_of_anybody",
    "keep",
    "last_run",
    "left",
    "means",
    "moved_by",
    "movers",
    "population",
    "problems_of",
    "publications",
    "start",
    "tried",
    "with_columns",
]
