"""What is typed while the program is still being loaded is not lost."""

from __future__ import annotations

import pytest
from scenario import writes


@pytest.fixture(scope="module")
def shop(lasting_project_of):
    return lasting_project_of({"alpha": [writes("alpha")]})


def test_a_key_typed_before_the_first_frame_does_what_it_says(shop):
    window = shop.type()
    window.program.send("n")
    window.sees("New run")


def test_words_typed_before_the_first_frame_stay_words(shop):
    window = shop.type()
    window.program.send("/qx")
    window.sees("with “qx”")
    assert window.program.isalive()
