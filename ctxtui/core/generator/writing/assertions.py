"""Turns what a case does and checks into the statements that a person would write."""

from __future__ import annotations

import ast
import re

LONGEST_MESSAGE = 72
SHORTEST_PLAIN = 15
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_PLAIN_END = re.compile(r"(?: \([^()]*\))?\.*$")
_CLAUSE = re.compile(rf".{{15,{LONGEST_MESSAGE - 1}}}?(?=: | \(|; |, |\. |\.?\n)")
"""Up to where a message goes on to details."""


def matching(message: str) -> str:
    """A pattern for `pytest.raises(match=...)`, as source text; of a long message what it says first.

    It needs no escapes where only a full stop or an aside at the message's end would.
    """
    message = _beginning(message)
    plain = _PLAIN_END.sub("", message)
    if len(plain) >= SHORTEST_PLAIN and not _SPECIAL.search(plain):
        return repr(plain)
    return f"re.escape({message!r})" if _SPECIAL.search(message) else repr(message)


def _beginning(message: str) -> str:
    if len(message) <= LONGEST_MESSAGE:
        return message
    clause = _CLAUSE.match(message)
    return clause[0] if clause else message[:LONGEST_MESSAGE].rpartition(" ")[0] or message


def uses_once(check: str) -> bool:
    return len(re.findall(r"\bresult\b", check)) == 1


class _Replacement(ast.NodeTransformer):
    def __init__(self, act: ast.expr) -> None:
        self._act = act

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._act if node.id == "result" else node


def inlined(check: str, act: str) -> str:
    replaced = _Replacement(ast.parse(act, mode="eval").body).visit(ast.parse(check, mode="eval").body)
    return ast.unparse(replaced)


def asserted(check: str, act: str) -> str:
    """A comparison that holds is asserted as it stands, one that does not as its negation."""
    node = ast.parse(act, mode="eval").body
    is_comparison = isinstance(node, ast.Compare) or act.startswith("issubclass(")
    if is_comparison and check == "result is True":
        return act
    if is_comparison and check == "result is False":
        is_difference = isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotEq | ast.NotIn | ast.IsNot)
        return f"({act}) is False" if is_difference else f"not ({act})"
    return inlined(check, act)


def as_statement(act: str) -> str:
    """`x.__setitem__(k, v)` and `setattr(x, "name", v)` as a person writes them."""
    match getattr(ast.parse(act).body[0], "value", None):
        case ast.Call(func=ast.Attribute(value=owner, attr="__setitem__"), args=[key, value], keywords=[]):
            return f"{ast.unparse(owner)}[{ast.unparse(key)}] = {ast.unparse(value)}"
        case ast.Call(func=ast.Attribute(value=owner, attr="__delitem__"), args=[key], keywords=[]):
            return f"del {ast.unparse(owner)}[{ast.unparse(key)}]"
        case ast.Call(func=ast.Name("setattr"), args=[owner, ast.Constant(value=str() as name), value], keywords=[]):
            return f"{ast.unparse(owner)}.{name} = {ast.unparse(value)}" if name.isidentifier() else act
        case _:
            return act


def with_argument(act: str, value: str, name: str) -> str:
    """A call of a call, with a variable for the inner one's argument."""
    tree = ast.parse(act, mode="eval").body
    wanted = ast.dump(ast.parse(value, mode="eval").body)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            call.args = [ast.Name(name) if ast.dump(argument) == wanted else argument for argument in call.args]
            for given in call.keywords:
                given.value = ast.Name(name) if ast.dump(given.value) == wanted else given.value
    return ast.unparse(tree)
