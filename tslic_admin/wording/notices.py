"""What an act says besides being done. Placeholders are the notice's facts."""

from __future__ import annotations

NOTICES = {
    "temporary-end-reckoned": "A temporary license runs 90 days from its issue: until {on}.",
    "need-not-checked": "Whether the client needs a CAL was not checked: its system was not given.",
    "need-unknown": "Whether this client needs a CAL at a Windows 2000 host no source says.",
    "recorded-though-not-needed": "Recorded although this client needs no CAL at that host.",
    "cal-does-not-serve-host": "A {cal} CAL does not serve a {host} host.",
    "server-older-than-cal": "The license server is {server}, older than these {cal} licenses: it cannot hold them.",
    "may-be-back-in-the-pool": "{license} ended on {on} and may already be back in the pool.",
    "nothing-retired": "No license was retired by this reissue.",
    "rebuilt-license-server-id": "The license server ID is still that of the server before it was rebuilt. Enter its new one.",
    "moved-total-differs": "{pack} holds {total} licenses, {source} held {had}.",
    "quantity-above-retired": "{quantity} were granted and {retired} retired: the rest is additional.",
    "link-other-computer": "{license} is issued to {computer}, the transfer went to {to}: linked all the same.",
    "packs-offered": "Seen on the server since the request was opened, and nobody's: {packs}. One of them may be the reissued pack; link it.",
    "backup-no-registry": "The file kept as evidence is neither an exported registry key nor a client's license, so whether it holds {license} cannot be told; its SHA-256 is kept all the same.",
    "backup-holds": "The file kept as evidence holds {license}, the license that was given up: {whose}.",
    "backup-altered": "Its signature does not hold: the file was altered after it was signed, or is damaged.",
    "backup-holds-other": "The file kept as evidence holds another license than {license}: {others}.",
    "backup-holds-none": "The file kept as evidence holds no license of a client, so it does not show {license}.",
    "backup-unread": "Whether the file kept as evidence holds {license} cannot be told. {unread}",
    "backup-unread-entry": "Whether the file kept as evidence holds {license} cannot be told: {entry} in it cannot be read. {unread}",
    "backup-unclear-several": "Whether the file kept as evidence holds {license} cannot be told: its license may be any of {licenses}.",
    "backup-unclear-unlinked": "Whether the file kept as evidence holds {license} cannot be told: it holds a license of {computer}, whose own license on the server is not linked to the transfer before.",
    "backup-unclear-nameless": "Whether the file kept as evidence holds {license} cannot be told: the records name no computer and no hardware ID for it.",
    "backup-unclear-dates": "Whether the file kept as evidence holds {license} cannot be told: it holds {whose}, which fits but for its dates. It may have been renewed since the last import.",
    "own-rows": "Left out, since they are records of this program that no list of their server has shown yet: {count}.",
    "files-passed-over": "Files of the folder passed over, since they hold nothing that is read here: {count} ({files}).",
    "tables-passed-over": (
        "Tables of the folder passed over, since nobody said yet what their columns are: {count} ({files}). Say it"
        " in the window (Import, then Map Columns), or name the file to see why."
    ),
    "collector-failed": "{server} could not be read ({why}), so nothing of it is in {file}.",
    "collector-not-whole": (
        "{server} was not read whole ({why}), so nothing that {file} lacks of it is taken to be gone."
    ),
    "rest-dropped": "{rest} collected licenses were not named and are no longer in the request.",
}
