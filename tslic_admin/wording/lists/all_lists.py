"""All lists by their names."""

from __future__ import annotations

from tslic_admin.domain.catalogue.kinds import ListKind, R
from tslic_admin.wording.lists.history import CHANGE_WORDS, EVENT_WORDS, HISTORY_WORDS
from tslic_admin.wording.lists.key_packs import PACK_WORDS
from tslic_admin.wording.lists.licenses import LICENSE_WORDS, TEMPORARY_WORDS
from tslic_admin.wording.lists.overviews import DUE_WORDS, FOUND_WORDS
from tslic_admin.wording.lists.reissues import REISSUE_WORDS
from tslic_admin.wording.lists.servers import SERVER_WORDS
from tslic_admin.wording.lists.transfers import TRANSFER_WORDS
from tslic_admin.wording.lists.words import AnyWords, ListWords

# in the order of the tree
LIST_WORDS: dict[str, AnyWords] = {
    words.kind.name: words
    for words in (
        *(SERVER_WORDS, PACK_WORDS, LICENSE_WORDS, DUE_WORDS, REISSUE_WORDS, TRANSFER_WORDS),
        *(TEMPORARY_WORDS, HISTORY_WORDS, EVENT_WORDS, CHANGE_WORDS, FOUND_WORDS),
    )
}


def words_of(kind: ListKind[R]) -> ListWords[R]:
    """The declaration of a list."""
    return LIST_WORDS[kind.name]
