"""Values to try: by type, by what a parameter is called, and for parameters that nothing is known about."""

from __future__ import annotations

from typing import Mapping, Sequence

INTEGERS = ["1", "0", "3", "-1", "2", "10", "100", "1000", "12345", "-7"]
FLOATS = ["1.5", "0.0", "-2.25", "100.0", "0.001", "1e6", "2.5e-07", "2.5", "4.0", "7.25", "3.5", "12.75"]
STRINGS = [
    "'hello world'",
    "''",
    "'Hello, World!'",
    "'a'",
    "'foo_bar-baz'",
    "'1.2.3'",
    "'42'",
    "'a,b,c'",
    "'CamelCaseText'",
    "'Ünïcödé'",
    "'key=value'",
    "'line one\\nline two\\n'",
    "' padded '",
    "'2024-01-31'",
]
BYTES = [
    "b'hello world'",
    "b''",
    "b'\\x00\\xff'",
    "b'\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08'",
    "b'key: value\\r\\n\\r\\nrest'",
]
LISTS = [
    "[1, 2, 3]",
    "[]",
    "[3, 1, 2]",
    "[5, 3, 8, 1, 9, 2, 7]",
    "['a', 'b', 'c']",
    "[1, 1, 2, 3, 3]",
    "[0, 1, None, 2]",
    "[[1, 2], [3, [4]]]",
]
PAIRS = ["[('a', 1), ('b', 2)]", "[(1, 2), (3, 4)]"]
DICTS = ["{'a': 1, 'b': 2}", "{}", "{'a': {'b': [1, 2]}}", "{'name': 'Ann', 'age': 30}", "{1: 'one', 2: 'two'}"]
CALLABLES = [
    "def double(value):\v    return value * 2\ndouble",
    "str",
    "lambda value: value",
    "len",
    "bool",
    "lambda left, right: left + right",
    "lambda value: value > 1",
    "lambda: 42",
    "lambda *args, **kwargs: (args, kwargs)",
    "lambda *args: 1 / 0",
    "operator.add",
    "str.upper",
    "async def answer(value):\v    return value\nanswer",
    "def greet(name: str, *, times: int = 2) -> str:\v    return ' '.join([name] * times)\ngreet",
]
ASYNCHRONOUS = [
    "async def numbers():\v    for number in (3, 1, 2):\v        yield number\nnumbers()",
    "async def pairs():\v    for pair in ((1, 2), (3, 4)):\v        yield pair\npairs()",
    "async def nothing():\v    for number in ():\v        yield number\nnothing()",
]
AHEAD = "tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30))"
DATETIMES = [
    "datetime.datetime(2024, 1, 31, 12, 30, 15)",
    "datetime.datetime(2000, 2, 29, 23, 59, 59, 999999)",
    f"datetime.datetime(2024, 1, 31, 12, 30, 15, {AHEAD})",
    "datetime.datetime(2024, 1, 31, 12, 30, 15, tzinfo=datetime.timezone.utc)",
]
DATES = ["datetime.date(2024, 1, 31)", "datetime.date(1999, 12, 31)"]
TIMES = ["datetime.time(12, 30, 15)", "datetime.time(0, 0)", f"datetime.time(12, 30, 15, {AHEAD})"]
DELTAS = [
    "datetime.timedelta(days=1, hours=2, minutes=3)",
    "datetime.timedelta(seconds=30)",
    "datetime.timedelta(days=400)",
    "datetime.timedelta(days=-1)",
    "datetime.timedelta(0)",
    "datetime.timedelta(microseconds=1500)",
]
TEXT_FILES = ["io.StringIO('one\\ntwo\\nthree\\n')", "io.StringIO('')", 'io.StringIO(\'{"a": 1}\\n{"b": 2}\\n\')']
BINARY_FILES = ["io.BytesIO(b'one\\ntwo\\nthree\\n')", "io.BytesIO(b'')"]
EMPTY_STREAMS = ["io.StringIO()", "io.BytesIO()"]
BOOLEANS = ["True", "False"]
PATHS = ["'folder/file.txt'", "'/usr/local/lib'", "'archive.tar.gz'", "'../up/one'"]
URLS = [
    "'https://user:secret@example.com:8080/path/page.html?key=value&flag#part'",
    "'example.com'",
    "'mailto:ann@example.com'",
]
PATTERNS = ["'[a-z]+'", "re.compile('[a-z]+')", "re.compile('\\\\d+')"]
CLASSES = [
    "int",
    "str",
    "dict",
    "ValueError",
    "list",
    "list[int]",
    "dict[str, int]",
    "tuple[int, str]",
    "class Point(typing.NamedTuple):\v    x: int\v    y: int = 0\nPoint",
    "@dataclasses.dataclass\vclass Item:\v    name: str\v    price: int = 0\nItem",
    "typing.Optional[int]",
]
ERRORS = ["ValueError('boom')", "KeyError('key')"]
GRAB_BAG = [
    "1",
    "'hello world'",
    "[1, 2, 3]",
    "{'a': 1, 'b': 2}",
    "None",
    "lambda value: value",
    "1.5",
    "''",
    "[]",
    "(1, 2)",
    "b'hello world'",
    "0",
    "True",
    "['a', 'b', 'c']",
    "datetime.datetime(2024, 1, 31, 12, 30, 15)",
    "object",
    "-1",
    "{1, 2}",
    "iter([1, 2, 3])",
    "io.StringIO('one\\ntwo\\n')",
]
"""For a parameter that nothing is known about."""

TEXT_NAMES = (
    r"\w*(text|src|source|doc|docstring|string|str|data|html|markup|contents?|template|code|expr|expression|grammar"
    r"|input|lines?|body|query|spec|schema|s|value|message|buf|buffer)"
)
"""Parameters that may take a whole text."""
MAPPING_KEYS = ["'a'", "'name'", "1"]
"""What is looked up in a mapping that one of the texts here makes."""
KEYS = ["0", "-1", "slice(1, 3)", "'a'", "slice(None, None, 2)", "10"]
"""What stands between square brackets."""
COMMAND_LINE_NAMES = r"_?(sys_)?(argv|cli_args|args|arguments)"
"""Parameters that may take the words of a command line."""
ANY_KIND = ["1", "'hello world'", "None", "[1, 2, 3]", "{'a': 1, 'b': 2}", "(value for value in [1, 2, 3])"]
"""One of each kind, for a parameter that only its name tells of."""

BY_TYPE: Mapping[str, list[str]] = {
    "int": INTEGERS,
    "SupportsInt": INTEGERS,
    "SupportsIndex": INTEGERS,
    "float": FLOATS + INTEGERS[:4],
    "complex": ["1 + 2j", "0j"],
    "Number": INTEGERS + FLOATS,
    "NumberOrString": ["1000", "'1234567'", "1.5", "-3", "'abc'", "0"],
    "Decimal": ["decimal.Decimal('1.50')", "decimal.Decimal('-3')"],
    "Fraction": ["fractions.Fraction(1, 3)", "fractions.Fraction(3, 2)"],
    "str": STRINGS,
    "Text": STRINGS,
    "AnyStr": STRINGS,
    "LiteralString": STRINGS,
    "bytes": BYTES,
    "bytearray": ["bytearray(b'hello')"],
    "Buffer": BYTES,
    "bool": BOOLEANS,
    "None": ["None"],
    "NoneType": ["None"],
    "object": GRAB_BAG,
    "Any": GRAB_BAG,
    "list": LISTS,
    "List": LISTS,
    "Sequence": [*LISTS, "'abc'", "(1, 2)"],
    "MutableSequence": LISTS,
    "Collection": [*LISTS, "{1, 2}"],
    "Iterable": [*LISTS, *PAIRS, "range(5)", "'abc'"],
    "Iterator": ["iter([1, 2, 3])", "iter([])", "iter('abc')"],
    "Generator": ["iter([1, 2, 3])"],
    "AsyncIterable": ASYNCHRONOUS,
    "AsyncIterator": ASYNCHRONOUS,
    "AsyncGenerator": ASYNCHRONOUS,
    "Awaitable": ["asyncio.sleep(0, 'done')"],
    "Coroutine": ["asyncio.sleep(0, 'done')"],
    "tuple": ["(1, 2)", "()", "('a', 'b', 'c')", "(1, 2, 3)"],
    "Tuple": ["(1, 2)", "()", "('a', 'b', 'c')", "(1, 2, 3)"],
    "set": ["{1, 2, 3}", "set()", "{'a', 'b'}"],
    "Set": ["{1, 2, 3}", "set()", "{'a', 'b'}"],
    "AbstractSet": ["{1, 2, 3}", "set()", "{'a', 'b'}"],
    "frozenset": ["frozenset({1, 2})", "frozenset()"],
    "FrozenSet": ["frozenset({1, 2})", "frozenset()"],
    "dict": DICTS,
    "Dict": DICTS,
    "Mapping": DICTS,
    "MutableMapping": DICTS,
    "Callable": CALLABLES,
    "datetime": DATETIMES,
    "date": DATES + DATETIMES[:1],
    "time": TIMES,
    "timedelta": DELTAS,
    "tzinfo": ["datetime.timezone.utc", "datetime.timezone(datetime.timedelta(hours=2))"],
    "timezone": ["datetime.timezone.utc"],
    "Path": ["pathlib.Path('folder/file.txt')"],
    "PurePath": ["pathlib.PurePath('folder/file.txt')"],
    "PathLike": PATHS,
    "Pattern": PATTERNS[1:],
    "Match": ["re.match('([a-z])([a-z]+)', 'hello')"],
    "IO": TEXT_FILES + BINARY_FILES,
    "TextIO": TEXT_FILES,
    "TextIOBase": TEXT_FILES,
    "StringIO": TEXT_FILES,
    "BinaryIO": BINARY_FILES,
    "BytesIO": BINARY_FILES,
    "type": CLASSES,
    "Type": CLASSES,
    "Exception": ERRORS,
    "BaseException": ERRORS,
    "LogRecord": [
        "logging.makeLogRecord({'levelno': 30, 'levelname': 'WARNING', 'msg': 'low on %s', 'args': ('plums',)})",
        "logging.makeLogRecord({'levelno': 20, 'levelname': 'INFO', 'msg': 'ready'})",
    ],
    "Logger": ["logging.Logger('shop')"],
    "Handler": ["logging.NullHandler()"],
    "Namespace": ["argparse.Namespace(name='Ann', count=3)", "argparse.Namespace()"],
    "ArgumentParser": ["argparse.ArgumentParser(prog='program')"],
    "SimpleNamespace": ["types.SimpleNamespace(name='Ann', count=3)"],
    "ModuleType": ["types.ModuleType('module')"],
    "Counter": ["collections.Counter('hello')", "collections.Counter()"],
    "OrderedDict": ["collections.OrderedDict(a=1, b=2)"],
    "defaultdict": ["collections.defaultdict(list, a=[1, 2])"],
    "DefaultDict": ["collections.defaultdict(list, a=[1, 2])"],
    "deque": ["collections.deque([1, 2, 3])", "collections.deque()"],
    "ChainMap": ["collections.ChainMap({'a': 1}, {'b': 2})"],
    "IPv4Address": ["ipaddress.IPv4Address('192.168.0.1')"],
    "IPv6Address": ["ipaddress.IPv6Address('2001:db8::1')"],
    "IPv4Network": ["ipaddress.IPv4Network('192.168.0.0/24')"],
    "IPv6Network": ["ipaddress.IPv6Network('2001:db8::/32')"],
    "memoryview": ["memoryview(b'hello')"],
    "UUID": ["uuid.UUID('12345678-1234-5678-1234-567812345678')"],
    "range": ["range(5)", "range(0)"],
    "ndarray": ["np.array([1, 2, 3])", "np.array([[1.5, 2.0], [3.0, 4.5]])", "numpy.array([1, 2, 3])"],
    "ArrayLike": ["np.array([1, 2, 3])", "[1.5, 2.0, 3.0]"],
    "DataFrame": [
        "pd.DataFrame({'a': [1, 2, 3], 'b': [4.5, 5.5, 6.5]})",
        "pandas.DataFrame({'a': [1, 2, 3], 'b': [4.5, 5.5, 6.5]})",
    ],
    "Series": ["pd.Series([1, 2, 3])", "pandas.Series([1, 2, 3])"],
}

NAMES = ["'plum'", "'pear tree'", "''", *STRINGS]
"""What something may be called."""

BY_NAME: Sequence[tuple[str, list[str]]] = (
    (
        r"(is|has|use|with|allow|include|keep|ignore|should|no)_.*|strict|reverse|verbose|flag|gnu|binary|signed|quiet",
        BOOLEANS,
    ),
    (
        (
            r"n|i|j|k|x|y|z|num(ber)?|count|size|length|index|idx|width|height|depth|level|limit|max\w*|min\w*|start|stop|step|end"
            r"|offset|position|pos|digits?|precision|bits|port|year|month|day|hour|minute|second|times|chunk_?size|ndigits|total"
            r"|maxlen|code(point)?|indent|nodes|id|pid|line_?no|line(_?number)?|lnum|col(umn)?|row|\w+_(offset|count|size|len|no|id)"
        ),
        INTEGERS,
    ),
    (
        (
            r"func(tion)?s?|fn|f|g|callback|predicate|pred|key_?func|keyfunc|mapper|reducer|factory|decorator|getter|op(erator)?"
            r"|wrapped|handler|hook|validator|callable"
        ),
        CALLABLES,
    ),
    (
        r"iterables?|iterator|it|seqs?|sequences?|items|values|elements|xs|ls|lst|lists?|array|args|arr|rows|parts|numbers|objs",
        LISTS + PAIRS,
    ),
    (
        r"d|dicts?|dct|mappings?|kw|kwargs|options|params|attrs|config|env|data|table|dict_?\w+|headers|context",
        DICTS + LISTS[:2],
    ),
    (
        r"matrix|grid|board|mat|cells",
        ["[[1, 2], [3, 4]]", "[[4, 1, 3], [2, 0, 5], [3, 2, 2]]", "[[1.5, 2.5]]", "[['a', 'b'], ['c', 'd']]", "[]"],
    ),
    (
        r"graph|adjacency|neighbou?rs|dependencies|deps",
        [
            "{'a': ['b', 'c'], 'b': ['c'], 'c': []}",
            "{'a': {'b': 1, 'c': 4}, 'b': {'c': 2}, 'c': {}}",
            "[('a', 'b'), ('b', 'c')]",
            "{1: {2}, 2: {1}}",
            "{}",
        ],
    ),
    (r"edges|arcs|links", ["[(0, 1), (1, 2)]", "[('a', 'b', 3), ('b', 'c', 1)]", "[[0, 1], [1, 0]]", "[]"]),
    (r"points|coords|coordinates|vertices|polygon", ["[(0, 0), (4, 0), (4, 3)]", "[(1.5, 2.5), (3.0, -1.0)]", "[]"]),
    (r"point|coord|position|vector|vec", ["(3, 4)", "(1.5, -2.0, 0.5)", "[1, 2, 3]"]),
    (r"colou?r|foreground|background|fg|bg", ["'#ff8800'", "'red'", "(255, 128, 0)", "'#abc'"]),
    (r"hosts?|host_?name|ip(_?addr(ess)?)?|domain", ["'192.168.0.1'", "'example.com'", "'::1'", "'localhost'"]),
    (r"lang(uage)?|locale", ["'en'", "'de_DE'", "'fr'", "'xx'"]),
    (r"currency", ["'EUR'", "'USD'", "'JPY'"]),
    (r"country", ["'DE'", "'US'", "'Germany'"]),
    (r"price|amount|cost|money|balance", ["19.99", "100", "0", "-5.25"]),
    (
        r"prob(ability)?|rate|ratio|percent(age)?|alpha|beta|weight|threshold|tolerance",
        ["0.5", "0.05", "1.0", "2", "0"],
    ),
    (r"angle|theta|degrees|radians|lat(itude)?|lon(gitude)?|lng", ["45.0", "0.5", "-120.25", "360"]),
    (r"mime(_?type)?|content_?type|media_?type", ["'text/html; charset=utf-8'", "'application/json'", "'image/*'"]),
    (r"xml|svg", ["'<root><a x=\"1\">text</a><b/></root>'", "'<a>'"]),
    (r"html|markup", ["'<p class=\"x\">Hi <b>there</b> &amp; you</p>'", "'plain'", "'<br/>'"]),
    (r"css|style_?sheet", ["'a { color: #ffffff; margin: 0px 4px; }'", "'/* note */ p { }'"]),
    (r"md|markdown", ["'# Title\\n\\nSome *text* with a [link](https://example.com).\\n'", "'plain'"]),
    (r"pat|globs?|glob_pattern|wildcards?", ["'*.txt'", "'src/**/*.py'", "'[a-c]?.md'", "'{a,b}.txt'"]),
    (r"alphabet|chars|letters|symbols", ["'abcdef'", "'0123456789'"]),
    (r"cron(tab)?|cron_expression", ["'*/5 0 1 * 1-5'", "'0 12 * * *'"]),
    (r"var(iable)?|env_?(var|name|key)|var_name", ["'SHOP_NAME'", *STRINGS]),
    (r"sql", ["'SELECT a, b FROM t WHERE a = 1'", "'DELETE FROM t'"]),
    (r"qs|query_?string", ["'a=1&b=two&a=3'", "''", "'?x=%20y'"]),
    (r"ya?ml", ["'a: 1\\nb:\\n  - x\\n  - y\\n'", "'[1, 2]'"]),
    (r"toml|ini|cfg", ["'[main]\\nsize = 3\\nname = \"x\"\\n'", "'a = 1'"]),
    (r"csv", ["'name,age\\nAnn,30\\n\"Bo, C\",4\\n'", "'a;b'"]),
    (r"(date|iso|time)_?(str(ing)?|text)|iso_?date", ["'2024-01-31'", "'2024-01-31T12:30:15Z'", "'12:30'", "'soon'"]),
    (r"hex(_?(str(ing)?|digest))?|digest|checksum", ["'deadbeef'", "'00ff'", "'xyz'"]),
    (r"cmd|command(_?line)?", ["'ls -l \"a b\"'", "'git commit'", "''"]),
    (r"file_?name|path\w*|filepath|dir(ectory)?|folder|fname", PATHS),
    (r"fp|file(obj|_obj)?|stream|fileobj|buf(fer)?|out(put)?|readable|handle|fh", TEXT_FILES + BINARY_FILES),
    (r"dt|when|datetime|now|moment|timestamp", DATETIMES),
    (r"date|\w+_date", DATES),
    (
        r"clock|timer|time_?func(tion)?|time_?source|get_?time",
        ["itertools.count(1000, 60).__next__", "itertools.count(1000).__next__", "lambda: 1000"],
    ),
    (r"delta|td|timedelta|duration|interval|seconds|age", DELTAS + INTEGERS[:5]),
    (r"tz|tzinfo|timezone", BY_TYPE["tzinfo"]),
    (r"pattern|regex|regexp|rx", PATTERNS),
    (r"encoding|charset", ["'utf-8'", "'ascii'", "'latin-1'"]),
    (r"errors", ["'strict'", "'replace'", "'ignore'"]),
    (r"url|uri|href|link", URLS),
    (r"e?mail|address", ["'ann@example.com'", "'nobody'"]),
    (r"version|ver", ["'1.2.3'", "'2.0.0-rc.1'", "'1.0'", "'banana'"]),
    (
        r"exc(eption)?s?(_?types?)?|error|(expected|allowed|ignored|catch|retry)_(exceptions?|errors?)",
        ["ValueError", "(ValueError, KeyError)", *ERRORS, *CLASSES],
    ),
    (r"cls|klass|typ|type_?|kind|class_", CLASSES + ERRORS),
    (r"sep(arator)?|delimiter|delim|joiner|glue", ["','", "' '", "'-'", "''"]),
    (r"fmt|format(_spec|_string|str)?|template", ["'%.2f'", "'{}'", "'%Y-%m-%d'", "'{0} and {1}'"]),
    (r"json\w*", ["'{\"a\": [1, 2]}'", "'[]'", "'nonsense'"]),
    (r"(\w+_)?name|label|title|user|author|owner|item|topic|category|tag", NAMES),
    (
        (
            r"s|t|text|string|str_?|msg|message|word|line|source|content|prefix|suffix|char|ch|token"
            r"|doc|html|password|phrase|singular|plural|query|expr(ession)?|s\d|\w+_(text|str(ing)?)"
        ),
        STRINGS,
    ),
    (r"default|fill(value|char)?|sentinel|missing", ["None", "'default'", "0"]),
)
