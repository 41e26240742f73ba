"""What becomes of each row: new, changed (which fields), same, or refused, and why.

Pure: it compares a file's typed rows with what is known, and writes nothing. A blank cell never
erases; the first filled cell of a client's rows counts.
"""

from dataclasses import dataclass, field

from services.intake.deciding_clients import ClientSide
from services.intake.deciding_policies import PolicySide
from services.intake.fields import CLIENT_FIELDS
from services.intake.known import Known, KnownClient
from services.intake.planning import Decision, Seen, Sources
from terms.intake import ImportField as F
from terms.intake import ImportKind, Problem, RowOutcome


@dataclass(slots=True)
class Decider:
    """Decides row after row; remembers what earlier rows of the file brought."""

    sources: Sources
    clients: ClientSide
    policies: PolicySide
    _clients: dict[str, int] = field(default_factory=dict)
    """Client number → its id, once its first row is decided."""

    def decide(self, place: int, known: Known) -> Decision:
        """Decide the row at ``place``; problems are added to ``rows``."""
        number = self.sources.plan.numbers[place]
        if number is None:
            return self.sources.refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NUMBER_MISSING)
        stored = known.clients.get(number)
        decision = self._refused(place, stored) or self._compared(place, number, stored, known)
        if decision.outcome is RowOutcome.REFUSED:
            return decision
        if self.sources.plan.kind is ImportKind.POLICIES and stored is not None:
            decision.client_id = stored.id
        elif number in self._clients:
            decision.client_id = self._clients[number]
            self._note_differences(place, number)
        elif stored is not None and stored.is_former:
            decision.client_id = stored.id
            self.sources.rows.add(place, F.CLIENT_NUMBER, Problem.CLIENT_MERGED)
        else:
            refused = self.clients.decide(decision, place, number, stored)
            if refused is not None:
                return refused
            if decision.client_id is not None:
                self._clients[number] = decision.client_id
        self.policies.decide(decision, place, number, stored, known)
        if decision.outcome is RowOutcome.SAME and decision.changes:
            decision.outcome = RowOutcome.CHANGED
        return decision

    def _refused(self, place: int, stored: KnownClient | None) -> Decision | None:
        """A refusal, where the client is not the actor's or a policy has nobody to belong to."""
        if stored is not None and not stored.is_visible:
            return self.sources.refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NOT_YOURS)
        if self.sources.plan.kind is ImportKind.POLICIES:
            if stored is None:
                return self.sources.refuse(place, F.CLIENT_NUMBER, Problem.CLIENT_NOT_KNOWN)
            if self.sources.plan.policy_numbers[place] is None:
                return self.sources.refuse(place, F.POLICY_NUMBER, Problem.POLICY_NUMBER_MISSING)
        return None

    def _compared(
        self, place: int, number: str, stored: KnownClient | None, known: Known
    ) -> Decision:
        """Nothing decided yet, or a refusal: the policy is another's, or somebody saved what was
        there at the dry run."""
        conflict = self.policies.conflict(place, number, stored, known)
        if conflict is not None:
            return conflict
        policy = self.policies.stored(place, stored, known)
        is_touched = self.sources.plan.kind is not ImportKind.POLICIES
        now = Seen(
            client=stored.version if stored is not None and is_touched else None,
            policy=policy.version if policy is not None else None,
        )
        first = self.sources.seen.get(self.sources.rows.lines[place], now)
        if _was_changed(first.client, now.client) or _was_changed(first.policy, now.policy):
            decision = self.sources.refuse(place, F.CLIENT_NUMBER, Problem.CHANGED_MEANWHILE)
        else:
            decision = Decision(RowOutcome.SAME)
        decision.seen = first
        return decision

    def _note_differences(self, place: int, number: str) -> None:
        """Another row of the same client says something else of the client: the first counts."""
        for meaning in CLIENT_FIELDS:
            value = self.sources.rows.value(meaning, place)
            if value is None or meaning is F.CLIENT_NUMBER:
                continue
            first = self.sources.first(meaning, number)
            if first != value:
                line = self.sources.rows.lines[self.sources.plan.places_of[number][0]]
                self.sources.rows.add(place, meaning, Problem.DIFFERS_FROM_FIRST, line=line)


def _was_changed(first: int | None, now: int | None) -> bool:
    """Whether somebody saved what was there at the dry run."""
    return first is not None and first != now


def decider(sources: Sources) -> Decider:
    """One for a whole file."""
    clients = ClientSide(sources)
    return Decider(sources, clients, PolicySide(sources, clients))
