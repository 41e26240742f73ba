"""Which imported policy is the new term of which case, and where that contradicts what we know."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terms.closings import ConflictKind
from terms.renewals import RenewalState


@dataclass(frozen=True, slots=True)
class Match:
    """An imported policy that may renew the term of a case."""

    client_id: int
    renewal_id: int
    state: RenewalState
    renewed_policy_id: int | None
    old_id: int
    new_id: int
    premium_fen: int
    """Of the new term."""
    is_named: int
    """1: the file names the old policy; else line, insurer, product and days agree."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What is to be done with the matches."""

    links: tuple[Match, ...] = ()
    """The new policy names the old one."""
    closes: tuple[Match, ...] = ()
    """And its open case is renewed."""
    conflicts: tuple[tuple[Match, ConflictKind], ...] = ()


def decide(matches: Sequence[Match], followers: Mapping[int, int]) -> Matched:
    """Sort out ``matches``; what fits more than one way is nobody's until a lead says so.

    Args:
        followers: old policy → the policy that names it as the term before already.
    """
    named = {match.new_id for match in matches if match.is_named}
    fitting = [match for match in matches if match.is_named or match.new_id not in named]
    per_old = Counter(match.old_id for match in fitting)
    per_new = Counter(match.new_id for match in fitting)
    links, closes, conflicts = [], [], []
    for match in fitting:
        there = followers.get(match.old_id, match.renewed_policy_id)
        if per_old[match.old_id] > 1 or per_new[match.new_id] > 1:
            conflicts.append((match, ConflictKind.SEVERAL))
        elif there not in (None, match.new_id):
            conflicts.append((match, ConflictKind.OTHER_POLICY))
        elif match.state.is_open:
            links.append(match)
            closes.append(match)
        elif match.state is RenewalState.RENEWED:
            links.append(match)
        else:
            conflicts.append((match, ConflictKind.CLOSED_OTHERWISE))
    return Matched(tuple(links), tuple(closes), tuple(conflicts))
