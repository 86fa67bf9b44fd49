from __future__ import annotations

from ctxtui.core.generator.reading.survivors import applied, changed_sources

LINES = ["def f(n):", "    if n > 3:", "        return 1", "    return 2", ""]
DIFF = "--- a/m.py\n+++ b/m.py\n@@ -1,3 +1,3 @@\n def f(n):\n-    if n > 3:\n+    if n >= 3:\n         return 1"


def test_a_diff_is_put_back_into_the_module():
    assert applied(LINES, DIFF) == ["def f(n):", "    if n >= 3:", "        return 1", "    return 2", ""]


def test_a_diff_of_another_text_is_left_alone():
    assert applied(["def g(n):", *LINES[1:]], DIFF) is None
    assert applied(LINES, "no diff") is None


def test_each_diff_that_fits_gives_a_whole_source(tmp_path):
    source = tmp_path / "m.py"
    source.write_text("\n".join(LINES))
    assert list(changed_sources(source, [DIFF, "nothing"])) == ["\n".join(LINES).replace("n > 3", "n >= 3")]
