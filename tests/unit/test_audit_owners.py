"""Whose a test file is, where several modules are imported by it."""

from __future__ import annotations

from ctxtui.services.audit import owners_of


def test_a_test_file_belongs_to_the_module_it_is_about_and_not_to_another_that_it_imports():
    files = {"records": ("tests/test_records.py", "tests/test_sources.py"), "sources": ("tests/test_sources.py",)}
    owners = {"tests/test_records.py": "records", "tests/test_sources.py": "sources"}
    assert owners_of(files) == owners
    assert owners_of(dict(reversed(files.items()))) == owners


def test_one_that_several_have_as_theirs_belongs_to_the_first_planned():
    assert owners_of({"a": ("tests/test_all.py",), "b": ("tests/test_all.py",), "c": ()}) == {"tests/test_all.py": "a"}
