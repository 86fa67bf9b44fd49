"""Files and folders that a call looked for and did not find, made for it before it is called again."""

from __future__ import annotations

import os

TEXT = "one\ntwo\nthree\n"
_BY_SUFFIX = {
    ".json": '{"name": "Ann", "age": 30}',
    ".csv": "name,age\nAnn,30\nBen,25\n",
    ".ini": "[section]\nkey = value\n",
    ".cfg": "[section]\nkey = value\n",
    ".toml": '[section]\nkey = "value"\n',
    ".yaml": "name: Ann\nage: 30\n",
    ".yml": "name: Ann\nage: 30\n",
    ".xml": "<people><name>Ann</name></people>",
    ".html": "<p>Hello</p>",
    ".py": "answer = 42\n",
}


def statement(maker: str, name: str, *, is_folder: bool) -> str:
    """What makes the file or the folder; `maker` is how the test calls `pathlib.Path`."""
    if is_folder:
        return f"{maker}({name!r}).mkdir()"
    return f'{maker}({name!r}).write_text({_BY_SUFFIX.get(os.path.splitext(name)[1], TEXT)!r}, encoding="utf-8")'  # noqa: PTH122 - a name, no path
