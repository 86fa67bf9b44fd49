from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ctxtui.core.generator.probing.worker.models import fields_of


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class CharField:
    name = "title"


class ForeignKey:
    name = "shop"


class Product:
    _meta = SimpleNamespace(app_label="shop", concrete_fields=(CharField(), ForeignKey()))


def test_columns_of_a_mapped_class_are_its_fields():
    assert [(field.name, field.annotation) for field in fields_of(Order)] == [("number", "int"), ("name", "str")]


def test_fields_of_a_django_model_that_hold_plain_values_are_its_fields():
    assert [(field.name, field.annotation) for field in fields_of(Product)] == [("title", "str")]


def test_a_class_that_is_no_model_has_none():
    assert fields_of(SimpleNamespace) == []
