"""Scripts 话术: what may be said to a client, by stage, line and objection (R80, R86).

The library is edited by the business: a draft everybody who may edit it shares, checked for
placeholders, the opening words of rules §3 and forbidden words; a second person approves it on
``/approvals`` and it is in force from that moment, the version before it kept. ``usable`` gives a
case the texts in force for its line and ``in_order`` puts the one it calls for first;
``words.scripts`` fills in the client, the staff member and the figures. ``withdraw`` takes a text
out of use at once.
"""

from services.scripts.operations import (
    ObjectionNeeded,
    ScriptNotInForce,
    ScriptNotReady,
    ScriptThere,
    ScriptTooLong,
    ScriptWaits,
    WithdrawalReasonMissing,
    add_script,
    ask_approval,
    discard_draft,
    save_draft,
    start_draft,
    withdraw,
)
from services.scripts.queries import library, script_card, usable
from services.scripts.rows import ScriptCard, ScriptDraft, ScriptRow, ScriptText, VersionRow
from services.scripts.rules import (
    CHINESE,
    LONGEST,
    CaseState,
    Fault,
    FaultCode,
    Hole,
    Spoken,
    differences,
    filled,
    in_order,
    objection_of,
    place_of,
    spoken_in,
)
from services.scripts.seeding import seed_scripts

__all__ = [
    "CHINESE",
    "LONGEST",
    "CaseState",
    "Fault",
    "FaultCode",
    "Hole",
    "ObjectionNeeded",
    "ScriptCard",
    "ScriptDraft",
    "ScriptNotInForce",
    "ScriptNotReady",
    "ScriptRow",
    "ScriptText",
    "ScriptThere",
    "ScriptTooLong",
    "ScriptWaits",
    "Spoken",
    "VersionRow",
    "WithdrawalReasonMissing",
    "add_script",
    "ask_approval",
    "differences",
    "discard_draft",
    "filled",
    "in_order",
    "library",
    "objection_of",
    "place_of",
    "save_draft",
    "script_card",
    "seed_scripts",
    "spoken_in",
    "start_draft",
    "usable",
    "withdraw",
]
