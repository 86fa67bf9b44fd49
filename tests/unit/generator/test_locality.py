from __future__ import annotations

import getpass

from ctxtui.core.generator.choosing.locality import is_local, names_here
from ctxtui.core.generator.protocol.case import Case


def case(act: str, check: str, *setup: str) -> Case:
    return Case(0, "Path.owner", "Path", setup, act, {}, (check,))


def test_the_name_of_the_user_is_one_of_the_names_here():
    assert getpass.getuser() in names_here()


def test_a_name_that_came_from_the_machine_is_local():
    assert is_local(case("Path('notes').owner()", "result == 'ann'"), {"ann"})
    assert is_local(case("Path('notes').facts()", "result == {'owner': 'ann'}"), {"ann"})


def test_a_name_that_was_given_is_not():
    assert not is_local(case("Path('ann').name", "result == 'ann'"), {"ann"})
    assert not is_local(case("path.name", "result == 'ann'", "path = Path('ann')"), {"ann"})
    assert not is_local(case("Path('notes').name", "result == 'annals'"), {"ann"})
