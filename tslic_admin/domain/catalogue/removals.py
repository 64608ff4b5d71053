"""The removal of a license from its old client: fields that a transfer and a collected license both have."""

from __future__ import annotations

from tslic_admin.domain.catalogue.fields import Field, ValueKind

REMOVAL_FIELDS = (
    Field("removal", "Removal", ValueKind.CODE),
    Field("removal_on", "RemovalOn", ValueKind.DAY),
    Field("removal_by", "RemovalBy"),
    Field("removal_sha256", "RemovalEvidence", ValueKind.ID),
    Field("removal_reason", "RemovalReason"),
)
