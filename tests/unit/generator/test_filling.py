from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ctxtui.core.generator.probing.worker.filling import changed_instances_of, filled_instance_of
from ctxtui.core.generator.probing.worker.subjects import as_statement
from ctxtui.core.generator.probing.worker.targets import Target

VALUES = {"count": "3"}


class Mail:
    address: str
    count: int
    folder: str = "in"
    known: ClassVar[list[str]]


@dataclass
class Letter:
    address: str


def filled(kind):
    return filled_instance_of(Target(kind.__name__, "class", kind, (1, 2)), lambda one: [VALUES[one.name]])


def test_declared_attributes_are_set_on_an_instance():
    subject = filled(Mail)
    assert subject is not None
    namespace = {"Mail": Mail}
    exec(as_statement(subject.setup[0]), namespace)
    assert vars(namespace["filled_mail"]()) == {"address": "address", "count": 3}


def test_a_class_that_is_called_with_its_fields_is_left_alone():
    assert filled(Letter) is None


class Box:
    def __init__(self):
        self.mails = []

    def add_mail(self, mail):
        self.mails.append(mail)

    def sort(self, key):
        self.mails.sort(key=key)


def test_an_instance_is_given_to_which_something_was_added():
    target = Target("Box", "class", Box, (1, 2))
    subjects = list(changed_instances_of(target, __name__.partition(".")[0], "Box()", lambda _target, _one: ["7"]))
    assert [subject.template for subject in subjects] == ["box_after_add_mail()"]
    namespace = {"Box": Box}
    exec(as_statement(subjects[0].setup[0]), namespace)
    assert namespace["box_after_add_mail"]().mails == [7]
