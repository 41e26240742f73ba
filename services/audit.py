"""The audit trail and the access log: every write says what it did, every view who saw it."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.crypto import current_cipher
from db.models import AccessEntry, AuditEntry, ClientKey
from services.actor import Actor
from terms.intake import AccessKind


def record(
    session: Session,
    *,
    actor: Actor,
    event: str,
    subject: str,
    subject_id: int | None,
    at: datetime,
    client_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit entry; an operation that writes calls it before it returns.

    Args:
        event: ``chapter:verb``.
        subject: the table acted on; ``subject_id`` its row, null for a bulk act.
        detail: before and after of what is not personal, or the counts of a bulk act.
        personal: before and after of personal values; encrypted with the client's own key, so
            that erasing the person erases them while the entry stays. Needs ``client_id``.
    """
    sealed = None
    if personal:
        if client_id is None:
            raise ValueError("personal audit values belong to a client")
        plain = json.dumps(personal, ensure_ascii=False, default=str).encode()
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(_client_key(session, client_id)).encrypt(nonce, plain, None)
    session.add(
        AuditEntry(
            happened_at=at,
            actor_id=actor.staff_id,
            event=event,
            subject=subject,
            subject_id=subject_id,
            client_id=client_id,
            detail=dict(detail or {}),
            personal=sealed,
        )
    )


def personal_values(session: Session, entry: AuditEntry) -> dict[str, Any] | None:
    """The personal before and after of ``entry``; None when there are none or they were erased."""
    if entry.personal is None or entry.client_id is None:
        return None
    key = session.get(ClientKey, entry.client_id)
    if key is None:
        return None
    plain = AESGCM(current_cipher().decrypt_bytes(key.wrapped)).decrypt(
        entry.personal[:12], entry.personal[12:], None
    )
    values: dict[str, Any] = json.loads(plain)
    return values


def _client_key(session: Session, client_id: int) -> bytes:
    stored = session.scalar(select(ClientKey.wrapped).where(ClientKey.client_id == client_id))
    if stored is not None:
        return current_cipher().decrypt_bytes(stored)
    key = AESGCM.generate_key(256)
    session.add(ClientKey(client_id=client_id, wrapped=current_cipher().encrypt_bytes(key)))
    return key


def record_access(
    session: Session,
    *,
    actor: Actor,
    kind: AccessKind,
    at: datetime,
    client_id: int | None = None,
    what: str | None = None,
    reason: str | None = None,
) -> None:
    """Log that ``actor`` saw something personal (R175); kept three years (rules §6)."""
    session.add(
        AccessEntry(
            happened_at=at,
            staff_id=actor.own_id,
            kind=kind,
            client_id=client_id,
            what=what,
            reason=reason,
        )
    )
