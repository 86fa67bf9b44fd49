from __future__ import annotations

import warnings

import pytest

from ctxtui.core.generator.probing.worker.lessons import lessons_of
from ctxtui.core.generator.probing.worker.subjects import Subject
from ctxtui.core.generator.probing.worker.targets import Parameter


def lessons(error, arguments, having=()):
    parameters = [
        Parameter(name, "", None, has_default=False, is_keyword_only=False, is_variadic=False) for name in arguments
    ]
    subject = Subject("f", "", "f({arguments})", parameters)
    return [wish for _, wish in lessons_of(error, subject, arguments, lambda _name: list(having))]


def raised(source):
    """What Python says of an expression, compiled here so that it is no warning of this file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        code = compile(source, "<lesson>", "eval")
    with pytest.raises(Exception, match=r".") as caught:
        eval(code)
    return caught.value


@pytest.mark.parametrize(
    ("failing", "passed", "wanted"),
    [
        ("list(3)", "3", "[1, 2, 3]"),
        ("3()", "3", "str"),
        ("3[0]", "3", "{'a': 1, 'b': 2}"),
        ("len(3)", "3", "'hello world'"),
        ("{[]: 1}", "[]", "'a'"),
        ('int("x")', "'x'", "'42'"),
        ("[].pop()", "[]", "[1, 2, 3]"),
        ("[1, 2, 3][4]", "[1, 2, 3]", "[1, 2, 3, 4, 5, 6]"),
        ("'ab'[3]", "'ab'", "'abab'"),
        ('"".split(1)', "1", "'hello world'"),
        ("iter(3, 3)", "3", "str"),
    ],
)
def test_an_error_says_what_kind_of_argument_to_pass(failing, passed, wanted):
    assert {"value": wanted} in lessons(raised(failing), {"value": passed})


def test_only_arguments_of_the_kind_that_was_wrong_are_exchanged():
    found = lessons(raised("list(3)"), {"items": "3", "name": "'a'"})
    assert {"items": "[1, 2, 3]", "name": "'a'"} in found
    assert all(wish["name"] == "'a'" for wish in found)


def test_an_object_that_has_the_missing_attribute_is_passed():
    found = lessons(raised("(3).total"), {"basket": "3"}, having=["Basket()"])
    assert {"basket": "Basket()"} in found


def test_a_missing_key_is_added():
    found = lessons(raised("{'a': 1}['size']"), {"table": "{'a': 1}"})
    assert {"table": "{'a': 1, 'size': 'text'}"} in found


@pytest.mark.parametrize(
    ("failing", "text", "wanted"), [("int('big')", "'size=big'", "'size=12'"), ("int('')", "'size='", "'size=12'")]
)
def test_a_number_takes_the_place_of_what_is_none(failing, text, wanted):
    assert {"value": wanted} in lessons(raised(failing), {"value": text})


def test_a_number_takes_the_place_of_a_text_inside_of_an_argument():
    assert {"value": "Line('a', value='12')"} in lessons(raised("int('big')"), {"value": "Line('a', value='big')"})


def test_an_attribute_of_a_standard_type_is_known():
    assert {"day": "datetime.timedelta(days=1, hours=2, minutes=3)"} in lessons(
        raised("(3).total_seconds()"), {"day": "3"}
    )


def test_what_is_awaited_comes_from_a_coroutine_function():
    error = TypeError("object str can't be used in 'await' expression")
    texts = [arguments["given"] for arguments in lessons(error, {"given": "str"})]
    assert any(text.startswith("async def") for text in texts)


def test_what_is_gone_through_asynchronously_comes_from_an_asynchronous_generator():
    error = TypeError("'async for' requires an object with __aiter__ method, got str")
    texts = [arguments["given"] for arguments in lessons(error, {"given": "'abc'"})]
    assert texts
    assert all("yield" in text for text in texts)


def test_what_is_no_address_of_a_database_becomes_one():
    error = ValueError("Could not parse SQLAlchemy URL from given URL string")
    assert lessons(error, {"bind": "'plum'"}) == [{"bind": "'sqlite://'"}]
