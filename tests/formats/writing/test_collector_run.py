"""The collector script run on license servers of these tests (powershell_run.py), and what it wrote read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from formats.writing.powershell_run import Failed, Names, Powershell
from hypothesis import given, settings
from hypothesis import strategies as st

from tslic_admin.formats.recognise import read
from tslic_admin.formats.tables.records import IssuedRecord, KeyPackRecord, RefusedRow, ServerRecord
from tslic_admin.formats.writing.collector_script import collector_script

NOW = datetime(2026, 3, 2, 12, 30, 15, 250000, tzinfo=UTC)
CLASSES = ("Win32_TSLicenseServer", "Win32_TSLicenseKeyPack", "Win32_TSIssuedLicense")
HEADER = {"ProductId": "00252-20000-35572-AT477", "Company": "Söhne & \"Co\" <'x'>", "ServerRole": 1}
PACK = {"KeyPackId": 3, "TotalLicenses": 4294967295, "ExpirationDate": datetime(2036, 1, 1, tzinfo=UTC)}
LICENSE = {
    "LicenseId": 1,
    "KeyPackId": 3,
    "sIssuedToComputer": "PC1",
    "IssueDate": NOW,
    "ExpirationDate": None,
}


class Reply(SimpleNamespace):
    """What a method of CIM answers."""


class Machine:
    """A license server: over which protocols it answers, and what. An exception in a list is raised at its place."""

    def __init__(
        self, *, over: tuple[str, ...] = ("wsman", "dcom"), activation: Any = 0, **lists: list[Any]
    ) -> None:
        self.over, self.activation = over, activation
        self.lists = {
            "Win32_TSLicenseServer": lists.get("server", [HEADER]),
            "Win32_TSLicenseKeyPack": lists.get("packs", [PACK]),
            "Win32_TSIssuedLicense": lists.get("licenses", [LICENSE]),
        }


class World:
    """The computer that the script runs on, and what is in its network."""

    def __init__(self, folder: Path, *, windows: bool = False, **machines: Machine) -> None:
        self.folder, self.windows = folder, windows
        self.machines = machines
        self.open: list[str] = []
        self.warnings: list[str] = []
        self.most_waiting = 0

    def run(self, *names: str, **parameters: Any) -> tuple[list[Any], bytes]:
        """The output of the script, and the file that it wrote."""
        before = set(self.folder.iterdir())
        output = self.shell().run(collector_script(names), **parameters)
        (file,) = set(self.folder.iterdir()) - before
        assert self.open == [], "every session was closed"
        return output, file.read_bytes()

    def shell(self) -> Powershell:
        commands = {
            "Set-StrictMode": lambda _items, off: iter(()),
            "ConvertTo-Json": self.to_json,
            "Get-CimInstance": self.instances,
            "New-CimSession": self.session,
            "New-CimSessionOption": lambda _items, protocol: iter([protocol]),
            "Remove-CimSession": self.close,
            "Invoke-CimMethod": self.invoke,
            "Write-Progress": lambda _items, activity, status: iter(()),
            "Write-Output": lambda _items, message: iter([message]),
            "Write-Warning": self.warn,
            "Sort-Object": lambda items, unique: iter(
                sorted({one.casefold(): one for one in items}.values())
            ),
            "New-Object": self.make,
        }
        resolve = SimpleNamespace(GetUnresolvedProviderPathFromPSPath=lambda name: str(self.folder / name))
        statics = {
            "$ExecutionContext": SimpleNamespace(SessionState=SimpleNamespace(Path=resolve)),
            "[System.Globalization.CultureInfo]": SimpleNamespace(InvariantCulture="invariant"),
            "[System.Net.Dns]": SimpleNamespace(GetHostName=lambda: "HERE"),
            "[datetime]": SimpleNamespace(UtcNow=NOW, Now=NOW),
            "[System.IO.FileMode]": SimpleNamespace(CreateNew="x"),
            "[System.IO.FileAccess]": SimpleNamespace(Write="b"),
            "[System.IO.File]": SimpleNamespace(Open=lambda name, mode, access: open(name, mode + access)),  # noqa: SIM115, PTH123
        }
        return Powershell(commands, statics)

    # commands

    def to_json(self, _items: Any, inputobject: Any, compress: bool = False) -> Iterator[str]:
        """7 leaves what 5.1 writes as escapes; both write a flat table on one line where it is compressed."""
        written = json.dumps(inputobject, ensure_ascii=False, separators=(",", ":"))
        if self.windows:
            for sign in "'<>&":
                written = written.replace(sign, f"\\u{ord(sign):04x}")
        yield written

    def machine(self, session: Any) -> Machine:
        return self.machines["local" if session is None else session.split("/")[0]]

    def instances(self, _items: Any, classname: str, cimsession: Any = None) -> Iterator[Names]:
        for row in self.machine(cimsession).lists[classname]:
            if isinstance(row, Exception):
                raise row
            found = Names()
            for name, value in row.items():
                found[name] = value
            yield found

    def session(self, _items: Any, computername: str, sessionoption: str = "wsman") -> Iterator[str]:
        machine = self.machines.get(computername)
        if machine is None or sessionoption.lower() not in machine.over:
            raise Failed(f"{computername} did not answer over {sessionoption}.")
        self.open.append(f"{computername}/{sessionoption}")
        yield self.open[-1]

    def close(self, _items: Any, cimsession: str) -> Iterator[Any]:
        self.open.remove(cimsession)
        return iter(())

    def invoke(self, _items: Any, classname: str, methodname: str, cimsession: Any = None) -> Iterator[Reply]:
        assert (classname, methodname) == ("Win32_TSLicenseServer", "GetActivationStatus")
        status = self.machine(cimsession).activation
        if isinstance(status, Exception):
            raise status
        yield Reply(ReturnValue=0 if status is not None else 5, ActivationStatus=status)

    def warn(self, _items: Any, message: str) -> Iterator[Any]:
        self.warnings.append(message)
        return iter(())

    def make(self, _items: Any, typename: str, argumentlist: Any) -> Iterator[Any]:
        if typename == "System.Text.UTF8Encoding":
            assert argumentlist is False, "no byte order mark"
            yield "utf-8"
            return
        assert typename == "System.IO.StreamWriter"
        stream, encoding = argumentlist
        yield SimpleNamespace(
            Write=lambda piece: self.written(stream, piece.encode(encoding, "replace")), Dispose=stream.close
        )

    def written(self, stream: Any, piece: bytes) -> None:
        self.most_waiting = max(self.most_waiting, len(piece))
        stream.write(piece)


def records(data: bytes) -> list[Any]:
    content = read(data)
    assert content.format == "collector"
    return list(content)


@pytest.mark.parametrize("windows", [True, False], ids=["5.1", "7"])
def test_what_it_wrote_of_several_servers_is_read_back(tmp_path, windows):
    world = World(
        tmp_path, windows=windows, DC01=Machine(), DC02=Machine(over=("dcom",), activation=1, licenses=[])
    )
    output, data = world.run("DC02", "DC01")
    assert not data.startswith(b"\xef\xbb\xbf")
    first, pack, license_, *others = records(data)
    assert first == ServerRecord(
        first.line, "DC01", product_id=HEADER["ProductId"], company=HEADER["Company"], role=1, activation=0
    )
    assert pack == KeyPackRecord(pack.line, "DC01", 3, total=4294967295, expires_at=PACK["ExpirationDate"])
    assert license_ == IssuedRecord(license_.line, "DC01", 1, 3, computer="PC1", issued_at=NOW)
    assert [type(one) for one in others] == [ServerRecord, KeyPackRecord]
    assert others[0].activation == 1
    summaries = read(data).summaries
    assert {name: (one.taken_at, one.complete, one.rows) for name, one in summaries.items()} == {
        "DC01": (NOW, True, 3), "DC02": (NOW, True, 2)}  # fmt: skip
    assert output[:2] == ["DC01: 1 key packs, 1 issued licenses", "DC02: 1 key packs, 0 issued licenses"]
    assert world.warnings == []


def test_its_file_is_named_after_the_time_and_every_row_stands_on_a_line_of_its_own(tmp_path):
    many = [LICENSE | {"LicenseId": number} for number in range(1200)]
    world = World(tmp_path, DC01=Machine(licenses=many))
    output, data = world.run("DC01")
    assert (tmp_path / "tslic-20260302-123015.json").read_bytes() == data
    assert str(tmp_path / "tslic-20260302-123015.json") in output[-2]
    assert data.count(b"\n") > len(many)
    assert world.most_waiting < 1000, "rows are written as they come"
    assert [one.license_id for one in records(data)[2:]] == list(range(len(many)))


def test_without_a_server_it_reads_its_own_computer_without_a_session(tmp_path):
    world = World(tmp_path, local=Machine(over=()))
    _, data = world.run()
    assert {one.server for one in records(data)} == {"HERE"}


def test_names_given_at_the_start_count_and_may_come_as_one_text(tmp_path):
    world = World(tmp_path, A=Machine(), B=Machine(), DC01=Machine())
    _, data = world.run("DC01", Server=["A, b ,B", ""], Path="x.json")
    assert set(read(data).summaries) <= {"A", "B", "b"}
    assert len(read(data).summaries) == 2
    assert (tmp_path / "x.json").exists()


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    (tmp_path / "x.json").write_text("mine")
    with pytest.raises(FileExistsError):
        World(tmp_path, DC01=Machine()).shell().run(collector_script(["DC01"]), Path="x.json")
    assert (tmp_path / "x.json").read_text() == "mine"


def test_a_server_that_does_not_answer_is_said_and_the_others_are_read(tmp_path):
    world = World(tmp_path, DC02=Machine(over=("wsman",)))
    _, data = world.run("DC01", "DC02")
    summaries = read(data).summaries
    assert (summaries["DC01"].complete, summaries["DC01"].rows) == (False, 0)
    assert summaries["DC01"].errors == ("DC01 did not answer over Dcom.",)
    assert summaries["DC02"].complete
    assert world.warnings == ["DC01: not read whole. DC01 did not answer over Dcom."]


def test_every_list_that_breaks_off_is_said(tmp_path):
    dead = Failed("dead")
    _, data = World(tmp_path, local=Machine(packs=[PACK, dead], licenses=[dead])).run()
    assert read(data).summaries["HERE"].errors == (
        "Win32_TSLicenseKeyPack: dead",
        "Win32_TSIssuedLicense: dead",
    )


def test_a_full_disk_is_no_fault_of_a_server(tmp_path):
    world = World(tmp_path, local=Machine(licenses=[LICENSE] * 9))
    plain, left = world.written, [12]

    def written(stream: Any, piece: bytes) -> None:
        left[0] -= 1
        if left[0] == 0:  # once: what goes on after it would leave a file that lacks something
            raise OSError(28, "No space left on device")
        plain(stream, piece)

    world.written = written  # type: ignore[method-assign]
    with pytest.raises(OSError, match="No space"):
        world.run()
    assert world.warnings == []


@pytest.mark.parametrize("place", ["server", "packs", "licenses"])
def test_what_breaks_off_in_the_middle_is_not_complete(tmp_path, place):
    rows = {"server": [HEADER], "packs": [PACK], "licenses": [LICENSE, LICENSE | {"LicenseId": 2}]}
    rows[place] = [*rows[place], Failed('The line went "dead".\r\n')]
    if place == "server":
        rows[place].reverse()  # asked twice: it must answer when it is opened
    world = World(tmp_path, local=Machine(**rows))
    _, data = world.run()
    (summary,) = read(data).summaries.values()
    assert not summary.complete
    assert summary.errors[0].startswith("Win32_TS")
    assert 'went "dead".' in summary.errors[0]
    assert not any(isinstance(one, RefusedRow) for one in records(data))


@pytest.mark.parametrize(
    "empty", [{"packs": []}, {"server": []}, {"server": [{"ProductId": ""}]}, {"server": [{}]}]
)
def test_who_is_told_nothing_for_want_of_rights_has_no_complete_list(tmp_path, empty):
    _, data = World(tmp_path, local=Machine(licenses=[], activation=None, **empty)).run()
    (summary,) = read(data).summaries.values()
    assert not summary.complete
    assert "administrator rights" in summary.errors[0]


def test_a_server_that_answers_that_it_is_not_activated_may_have_no_product_id(tmp_path):
    _, data = World(tmp_path, local=Machine(server=[{"ProductId": ""}], activation=1)).run()
    assert read(data).summaries["HERE"].complete


@pytest.mark.parametrize("status", [Failed("no such method"), None, 2])
def test_a_server_that_does_not_say_whether_it_is_activated_is_read_all_the_same(tmp_path, status):
    _, data = World(tmp_path, local=Machine(activation=status)).run()
    assert records(data)[0].activation is None
    assert read(data).summaries["HERE"].complete


def test_wsman_that_opens_but_knows_no_classes_is_left_for_dcom(tmp_path):
    class Old(Machine):
        """Its answer over WS-Management is an error the first time."""

    world = World(tmp_path, DC01=Old())
    sessions: list[Any] = []
    plain = world.instances

    def instances(items: Any, classname: str, cimsession: Any = None) -> Iterator[Names]:
        sessions.append(cimsession)
        if str(cimsession).endswith("wsman"):
            raise Failed("The WS-Management service cannot process the request.")
        yield from plain(items, classname, cimsession)

    world.instances = instances  # type: ignore[method-assign]
    _, data = world.run("DC01")
    assert read(data).summaries["DC01"].complete
    assert sessions == ["DC01/wsman", *["DC01/Dcom"] * 3]


TEXTS = st.text(max_size=20)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "LicenseId": st.integers(0, 4294967295),
            "KeyPackId": st.just(3),
            "sIssuedToUser": st.none() | TEXTS,
        },
        optional={"sIssuedToComputer": TEXTS, "LicenseStatus": st.integers(0, 99), "IssueDate": st.none()},
    ),
    max_size=4,
)


@settings(max_examples=40)
@given(ROWS, st.booleans(), st.lists(TEXTS, max_size=2))
def test_whatever_a_server_says_the_file_stays_whole(tmp_path_factory, rows, windows, errors):
    folder = tmp_path_factory.mktemp("run")
    answers = [*rows, *(Failed(error) for error in errors)]
    _, data = World(folder, windows=windows, local=Machine(licenses=answers)).run()
    summary = read(data).summaries["HERE"]
    assert summary.complete == (not errors)
    assert summary.rows == 2 + len(rows)
    assert len(records(data)) == summary.rows
