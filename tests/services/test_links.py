"""Links between ours and what servers list: the corners that the stories of rules 4.6 and 4.7 do not tell."""

from __future__ import annotations

from typing import Any

import pytest
from services.building import CODE, OTHER_CODE, Stock, one, put_pack, rows

from tslic_admin.db.store import Store
from tslic_admin.db.tables import KeyPackRow, TransferRow
from tslic_admin.domain.links import PackTraits, pair
from tslic_admin.services import imports, licenses, packs, reissue_calls, reissue_links, transfer_links, voiding
from tslic_admin.services.acts import find_request, issuance
from tslic_admin.services.history import State, verify
from tslic_admin.services.import_results import LinkQuestion
from tslic_admin.services.sample_files import key_pack_file
