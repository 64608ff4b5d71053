"""The table of actions: no two keys or access keys clash, and every action has a command."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from tslic_admin.ui.commands import ACTION_METHODS
from tslic_admin.ui.widgets.icons import icon
from tslic_admin.ui.window.actions import ACTIONS, MENUS, TOOL_BAR, default_action
from tslic_admin.wording.lists.all_lists import LIST_WORDS


def access_key(text: str) -> str:
    return text[text.index("&") + 1].casefold()


def test_no_two_actions_share_a_key(qapp):
    keys = Counter(QKeySequence(spec.keys).toString() for spec in ACTIONS if spec.keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_key_needs_ctrl_and_alt_together(qapp):
    """On many keyboards that is AltGr and types a character."""
    assert [spec.keys for spec in ACTIONS if "Ctrl" in spec.keys and "Alt" in spec.keys] == []


def test_the_habits_keys_do_what_they_do_elsewhere():
    keys = {spec.keys: spec.name for spec in ACTIONS}
    expected = {
        "Ctrl+I": "import", "Ctrl+E": "export", "Ctrl+R": "reissue", "Ctrl+T": "transfer", "Ctrl+F": "search",
        "Ctrl+C": "copy", "Ctrl+Shift+C": "copy-headers", "Ctrl+A": "select-all", "F1": "help", "F5": "refresh",
        "Alt+Return": "properties", "Ctrl+/": "keys", "Del": "void",
    }  # fmt: skip
    assert {key: keys.get(key) for key in expected} == expected


def test_access_keys_are_unique_within_a_menu():
    for menu in MENUS:
        keys = Counter(access_key(spec.text) for spec in ACTIONS if spec.menu == menu)
        assert [key for key, count in keys.items() if count > 1] == [], menu
    assert max(Counter(access_key(menu) for menu in MENUS).values()) == 1


def test_every_action_has_a_command_and_every_command_an_action():
    assert list(ACTION_METHODS) == [spec.name for spec in ACTIONS]


def test_every_icon_is_there(qapp):
    for spec in ACTIONS:
        assert not spec.icon or not icon(spec.icon).pixmap(16, 16).isNull(), spec.icon


def test_the_tool_bar_and_the_default_actions_name_actions():
    names = {spec.name for spec in ACTIONS}
    assert {name for name in TOOL_BAR if name} <= names
    assert {spec.name for spec in ACTIONS if spec.bar} == {name for name in TOOL_BAR if name}
    assert {default_action(words.kind.record_kind) for words in LIST_WORDS.values()} <= names
