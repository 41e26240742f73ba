"""Personal values of the trail as they are shown to who may read the trail and no more."""

from typing import Any

from services.privacy import (
    mask_account,
    mask_address,
    mask_email,
    mask_id,
    mask_phone,
    mask_within,
)

_MASKS = {
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "id_number": mask_id,
    "account": mask_account,
}


def masked(field: str, value: Any) -> Any:
    """``value`` of a field, masked by what the field is; texts of other fields lose the numbers
    and addresses in them."""
    if isinstance(value, tuple):
        return tuple(masked(field, each) for each in value)
    if not isinstance(value, str):
        return value
    mask = _MASKS.get(field)
    return mask(value) if mask is not None else mask_within(value)
