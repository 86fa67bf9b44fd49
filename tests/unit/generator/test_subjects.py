from __future__ import annotations

from ctxtui.core.generator.probing.worker.calls import Call
from ctxtui.core.generator.probing.worker.subjects import (
    INNER_BREAK,
    Subject,
    arranged,
    as_called,
    call_of,
    in_a_row,
    inlined,
    prepared,
    read,
)
from ctxtui.core.generator.probing.worker.targets import Parameter


def subject(*names, setup=(), watched=()):
    parameters = [Parameter(name, "", None, False, False, False) for name in names]
    return Subject("f", "", "f({arguments})", parameters, setup, watched)


def test_an_argument_with_a_variable_is_arranged_and_watched():
    call = call_of(subject("text", "stream"), {"text": "'a'", "stream": prepared("stream", "io.StringIO('')")})
    assert call == (("stream = io.StringIO('')",), "f('a', stream)", ("stream",))


def test_a_function_written_for_an_argument_is_not_watched():
    text = f"def double(value):{INNER_BREAK}    return value * 2\ndouble"
    call = call_of(subject("function"), {"function": text})
    assert call == (("def double(value):\n    return value * 2",), "f(double)", ())


def test_two_arguments_cannot_have_one_name_for_two_things():
    arguments = {"first": prepared("items", "[1]"), "second": prepared("items", "[2]")}
    assert call_of(subject("first", "second"), arguments) is None


def test_a_receiver_may_need_statements_of_its_own():
    assert arranged("parser", "stream = io.StringIO('')\nParser(stream)") == (
        "stream = io.StringIO('')",
        "parser = Parser(stream)",
    )


def test_a_variable_that_is_used_once_and_never_told_of_is_left_out():
    assert inlined(("stack = Stack([1])",), "stack.pop()", ()) == ((), "Stack([1]).pop()")


def test_a_variable_that_is_told_of_stays():
    setup = ("stack = Stack([1])",)
    assert inlined(setup, "stack.pop()", ("len(stack) == 0",)) == (setup, "stack.pop()")


def test_a_variable_that_is_used_twice_stays():
    setup = ("stack = Stack()", "stack.push(1)")
    assert inlined(setup, "stack.pop()", ()) == (setup, "stack.pop()")


def test_variables_that_stand_for_one_another_are_all_put_in():
    setup = ("stream = io.StringIO()", "stack = Stack(stream)")
    assert inlined(setup, "stack.pop()", ()) == ((), "Stack(io.StringIO()).pop()")


def test_several_arguments_in_a_row_need_the_statements_of_each_once():
    texts = [f"def one():{INNER_BREAK}    return 1\none", "3", f"def one():{INNER_BREAK}    return 1\none()"]
    assert in_a_row(texts) == f"def one():{INNER_BREAK}    return 1\none, 3, one()"


ROW = Parameter("others", "", None, has_default=False, is_keyword_only=False, is_variadic=True)


def test_an_example_gives_the_rest_to_the_parameter_that_takes_any_number():
    takes_any = subject("first")._replace(parameters=[*subject("first").parameters, ROW])
    assert read(takes_any, "f({}, [1], [2])") == {"first": "{}", "others": "[1], [2]"}
    assert read(takes_any, "f({})") == {"first": "{}"}
    assert read(subject("first"), "f({}, [1])") is None


def test_an_example_of_a_method_is_varied_on_its_own_receiver():
    put = subject("key", setup=("jar = Jar()",), watched=("jar",))._replace(
        name="Jar.put", template="{subject}.put({arguments})"
    )
    example = Call(("jar = Jar(size=3)",), "jar.put('plum')", ("jar",))
    about, arguments = as_called(put, example)
    assert call_of(about, {**arguments, "key": "'pear'"}) == Call(("jar = Jar(size=3)",), "jar.put('pear')", ("jar",))
    assert as_called(put, Call((), "len(jar)")) == (put, {})
