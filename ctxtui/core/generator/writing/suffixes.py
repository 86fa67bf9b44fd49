"""The ends of test names: what sets one test of a function apart from the others."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Sequence

from ctxtui.core.generator.probing.worker.patches import NAME as PATCHES
from ctxtui.core.generator.probing.worker.pinning import FIXED_VARIABLES
from ctxtui.core.generator.protocol.case import Case
from ctxtui.core.generator.writing.formatting import flat
from ctxtui.core.generator.writing.grouping import expected_of, shape_of
from ctxtui.core.generator.writing.naming import slug, snake, words_for

MOST_WORDS_OF_MESSAGE = 4
LONGEST_SLUG = 18
MOST_LITERALS = 6
MOST_OPTIONS = 2
_BARE = re.compile(r"(?:(?:minus_)?\d+|true|false|none|_and_)+")
"""Values that say nothing without the names of the parameters they are for."""
_COUNTED = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
_NAMED = re.compile(r"""['"`]([A-Za-z_]{3,20})['"`]""")
"""What a message speaks of by its name."""
_FLAG = re.compile(r"monkeypatch\.setattr\('[\w.]+\.(\w+)', (True|False)\)")
_VARIABLE = re.compile(r"monkeypatch\.setenv\('(\w+)', ")
_SYSTEM = re.compile(r"monkeypatch\.setattr\('(?:sys\.platform|platform\.system)', (?:lambda: )?'(\w+)'\)")
_ATTRIBUTE = re.compile(r"result\.(\w+) ")
_IDLE_WORDS = frozenset({"a", "an", "the"})
_JOINING_WORDS = frozenset(
    {"and", "as", "at", "be", "by", "for", "from", "in", "is", "not", "of", "on", "or", "to", "with"}
)
_FAULTS = frozenset(
    {
        "bad",
        "conflicting",
        "duplicate",
        "empty",
        "illegal",
        "incompatible",
        "incorrect",
        "invalid",
        "malformed",
        "mismatched",
        "missing",
        "negative",
        "unbalanced",
        "unclosed",
        "undefined",
        "unexpected",
        "unknown",
        "unrecognized",
        "unsupported",
        "wrong",
    }
)
"""First words of messages that say what is wrong: such a test is named by them."""


def suffix_of(case: Case) -> str:
    """What sets a case apart: how it ends, its options, or the argument that varies most."""
    about = _about(case)
    if case.raises:
        return _refusal(case, about)
    if case.setup and case.setup[0].startswith("@"):
        return "_".join(part for part in ("decorates", _options(case.setup[0].partition("\n")[0][1:])) if part)
    if case.setup and case.setup[0].startswith("decorated = "):
        return "_".join(part for part in ("decorates", _options(case.setup[0].partition(" = ")[2])) if part)
    if case.act.startswith("issubclass("):
        parent = snake(case.act[:-1].rpartition(", ")[2].rpartition(".")[2])
        return f"is_an_{parent}" if parent[:1] in "aeiou" else f"is_a_{parent}"
    if case.act == f"{case.owner}()":
        return "without_arguments"
    options = _options(case.act)
    candidates = (
        _flags(case),
        _change(case),
        "prints" if case.prints else "",
        (f"warns_about_{about}" if about else "warns") if case.warns else "",
        options,
        f"of_{about}" if about else "",
        _around(case),
        _after(case),
        _ending(case),
    )
    return next((candidate for candidate in candidates if candidate), "")


def further_of(case: Case) -> list[str]:
    """More ends to try when the first is taken."""
    about = _about(case)
    found = [_after(case), _because(case)] if case.raises else [_change(case), _around(case), _after(case)]
    found += [_options(case.act), f"of_{about}" if about else "", "" if case.is_weak else _ending(case)]
    if case.setup:
        made = _made_first(case)
        about = "" if made.endswith("()") else words_for(made)
        found += ["afterwards" if len(case.setup) > 1 else "", f"of_{about}" if about else "", _options(made)]
        found += [f"of_{words}" for words in map(words_for, _literals(made)) if words][:MOST_LITERALS]
    found += [f"of_{text}" for text in map(slug, case.arguments.values()) if len(text) <= LONGEST_SLUG]
    expected = expected_of(case.checks[0]) if case.checks else None
    found += [_amount(expected)] if expected is not None else []
    found += (
        [f"of_{_COUNTED[len(case.arguments)]}_values"]
        if len(case.arguments) > 1 and len(case.arguments) in _COUNTED
        else []
    )
    found += [f"of_{words}" for words in map(words_for, _literals(case.act)) if words][:MOST_LITERALS]
    return [end for end in found if end]


def _flags(case: Case) -> str:
    """What was switched on or off of the object before: `without_outer_border`."""
    found = []
    for step in case.setup[1:]:
        match ast.parse(step).body[0]:
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=ast.Constant(value=bool() as is_on)):
                found.append(f"{'with' if is_on else 'without'}_{snake(name)}")
            case _:
                pass
    return "_and_".join(found[:2])


def _after(case: Case) -> str:
    """What was done to the object before, by the names of its methods."""
    done = [ast.parse(step).body[0] for step in case.setup[1:]]
    calls = [step.value for step in done if isinstance(step, ast.Expr)]
    methods = [call.func if isinstance(call, ast.Call) else call for call in calls]
    names = [
        snake(method.attr)
        for method in methods
        if isinstance(method, ast.Attribute) and ast.unparse(method.value) != PATCHES
    ]
    return _joined("after", dict.fromkeys(names[:2]))


def _around(case: Case) -> str:
    """What the surroundings were made to say: `on_darwin`, `with_no_color`."""
    variables = [match[1] for step in case.setup if (match := _VARIABLE.match(step))]
    found = [f"with_{snake(name)}" for name in variables if name not in FIXED_VARIABLES]
    found += [f"on_{snake(match[1])}" for step in case.setup if (match := _SYSTEM.match(step))]
    flags = [match for step in case.setup if (match := _FLAG.match(step))]
    found += [f"{'with' if match[2] == 'True' else 'without'}_{snake(match[1])}" for match in flags]
    return "_and_".join(found[:2])


def _made_first(case: Case) -> str:
    """The expression of the first step where that is an assignment."""
    match ast.parse(case.setup[0]).body[0]:
        case ast.Assign(value=value):
            return ast.unparse(value)
        case _:
            return "None"


def _literals(source: str) -> list[str]:
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and node.value]


def accepted(case: Case, suffix: str) -> str:
    """The end for a call that gives nothing, of a function that can only refuse: `accepts_monday`."""
    if not case.is_weak:
        return suffix
    about = _about(case)
    columns = suffix.removeprefix("by_").partition("_and_")[0] if suffix.startswith("by_") else ""
    return f"accepts_valid_{columns}" if columns else f"accepts_{about}" if about else "accepts_what_is_valid"


def _amount(expected: ast.expr) -> str:
    """How much comes back, where a name cannot hold it."""
    match expected:
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) | ast.Dict(keys=items) if items:
            return f"gives_{_COUNTED.get(len(items), len(items))}_items".replace("one_items", "one_item")
        case ast.Call(args=[ast.List() | ast.Tuple() | ast.Set() | ast.Dict() as inner], keywords=[]):
            return _amount(inner)
        case ast.Call(args=[], keywords=[]):
            return "gives_an_empty_one"
        case ast.Constant() if len(words := slug(flat(expected))) <= LONGEST_SLUG:
            return f"gives_{words}"
        case _:
            return ""


def table_suffix_of(first: Case, columns: Sequence[str]) -> str:
    if first.raises:
        return f"rejects_invalid_{snake(columns[0])}" if columns and columns[0] != "message" else "rejects"
    options = _options(first.act, columns)
    if options:
        return options
    keywords = [name for name in columns[1:] if name != "expected"]
    return f"by_{columns[0]}" + (f"_and_{keywords[0]}" if keywords else "") if columns else ""


def _about(case: Case) -> str:
    """The first two arguments that can be put into a word or two."""
    values = list(case.arguments.values()) or [flat(slot.value) for slot in shape_of(case).slots]
    made = {step.partition(" = ")[0] for step in case.setup}
    told = "_and_".join([words for text in values if text not in made and (words := words_for(text))][:2])
    return "" if len(values) > 1 and not case.raises and _BARE.fullmatch(told) else told


def _refusal(case: Case, about: str) -> str:
    """`rejects_minus_1`, `rejects_invalid_name`, or what the error is called."""
    kind = snake(case.raises[0].rpartition(".")[2]) if case.raises else ""
    message = _message(case)
    if message.partition("_")[0] in _FAULTS:
        return f"rejects_{message}"
    if not case.arguments:
        return f"raises_{kind}"
    is_told_whole = len(case.arguments) <= 1 or about.count("_and_") == len(case.arguments) - 1
    if about and is_told_whole and not _BARE.fullmatch(about):
        return f"rejects_{about}"
    if about and _is_own_error(case):
        return f"raises_{kind}"
    if about and len(case.arguments) == 1:
        return f"rejects_{snake(next(iter(case.arguments)))}_of_{about}"
    return f"rejects_invalid_{snake(next(iter(case.arguments)))}" if len(case.arguments) == 1 else f"raises_{kind}"


def _is_own_error(case: Case) -> bool:
    """Whether the error's name was chosen for what is refused: it tells more than a number that is."""
    return case.raises is not None and not hasattr(builtins, case.raises[0].rpartition(".")[2])


def _because(case: Case) -> str:
    message = _message(case)
    return f"because_{message}" if message else ""


def _change(case: Case) -> str:
    """What a call changes: a file that it writes, an attribute that it updates."""
    for change in case.changes:
        match ast.parse(change, mode="eval").body:
            case ast.Compare(left=ast.Call(func=ast.Attribute(value=made, attr="read_text" | "read_bytes"))):
                return f"writes_{_file_words(made)}"
            case ast.Call(func=ast.Attribute(value=made, attr="is_dir")):
                return f"makes_{_file_words(made)}"
            case ast.Compare(left=ast.Call(func=ast.Name(id="list" | "dict" | "len"))):
                return "updates_contents"
            case ast.Compare(left=ast.Attribute(value=ast.Name(id=double), attr="mock_calls")):
                return f"tells_{snake(double)}"
            case ast.Compare(left=ast.Attribute(attr=name)):
                return f"updates_{snake(name)}"
            case _:
                pass
    return ""


def _file_words(path: ast.expr) -> str:
    name = next((part.value for part in ast.walk(path) if isinstance(part, ast.Constant)), "file")
    return snake(re.sub(r"\W+", "_", str(name))) or "file"


def _message(case: Case) -> str:
    """The first words of the error's message that are plain words."""
    plain = re.split(r"['\"`:;,.(<\[]", case.raises[1], maxsplit=1)[0] if case.raises else ""
    words = [word for word in re.findall(r"[a-z]+", plain.lower()) if word not in _IDLE_WORDS]
    told = words[:MOST_WORDS_OF_MESSAGE]
    named = _NAMED.match(case.raises[1][len(plain) :]) if case.raises else None
    if told and told[-1] in _JOINING_WORDS and named and len(words) <= MOST_WORDS_OF_MESSAGE:
        return "_".join([*told, snake(named[1])])
    while told and told[-1] in _JOINING_WORDS:
        told.pop()
    return "_".join(told)


def _ending(case: Case) -> str:
    node = ast.parse(case.act, mode="eval").body
    if isinstance(node, ast.Compare):
        is_denial = isinstance(node.ops[0], ast.NotEq | ast.NotIn | ast.IsNot) or case.checks == ("result is False",)
        return "does_not_hold" if is_denial else "holds"
    expected = expected_of(case.checks[0]) if len(case.checks) == 1 else None
    if expected is not None and case.target == case.owner and (stored := _ATTRIBUTE.match(case.checks[0])):
        return f"sets_{snake(stored[1])}"
    words = words_for(flat(expected)) if expected is not None else ""
    if words and isinstance(expected, ast.Call):
        words = f"empty_{words}"
    if words in {"true", "false"}:
        return f"is_{words}"
    return f"gives_{words}" if words else ""


def _options(source: str, varied: Sequence[str] = ()) -> str:
    """Two of the outermost call's keywords at most: `with_sep_and_end`, or `without_sep` for one that is off."""
    node = ast.parse(source, mode="eval").body
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Call):
        node = node.func
    if not isinstance(node, ast.Call):
        return ""
    given = {
        snake(keyword.arg): flat(keyword.value) not in {"False", "None"}
        for keyword in node.keywords
        if keyword.arg and keyword.arg not in varied
    }
    on = [name for name, is_on in given.items() if is_on][:MOST_OPTIONS]
    off = [name for name, is_on in given.items() if not is_on][: MOST_OPTIONS - len(on)]
    return "_and_".join(part for part in (_joined("with", on), _joined("without", off)) if part)


def _joined(word: str, names: Iterable[str]) -> str:
    listed = "_and_".join(names)
    return listed if listed.startswith(f"{word}_") else f"{word}_{listed}" if listed else ""
