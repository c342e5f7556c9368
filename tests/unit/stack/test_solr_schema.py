"""CKAN's Solr schema with ours in it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from stack.errors import StackError
from stack.layout import ROOT
from stack.solr import merge_schema

CKAN = """<schema name="ckan-2.12" version="1.6">
  <types><fieldType name="text" class="solr.TextField"/></types>
  <fields><field name="title" type="text"/></fields>
  <copyField source="title" dest="text"/>
</schema>"""

OURS = """<additions>
  <types><fieldType name="text_fr" class="solr.TextField"/></types>
  <fields><field name="{name}" type="text_fr"/></fields>
  <copies><copyField source="title" dest="title_fr"/></copies>
</additions>"""


def test_types_fields_and_copies_are_added():
    """Each addition stands where Solr looks for it, and the schema's name, which CKAN checks, stays."""
    merged = ElementTree.fromstring(merge_schema(CKAN, OURS.format(name="title_fr")))
    assert merged.get("name") == "ckan-2.12"
    assert [element.get("name") for element in merged.iterfind("types/*")] == ["text", "text_fr"]
    assert [element.get("name") for element in merged.iterfind("fields/*")] == ["title", "title_fr"]
    assert [element.get("dest") for element in merged.iterfind("copyField")] == ["text", "title_fr"]


def test_a_name_that_ckan_already_has_is_refused():
    """An update of CKAN that takes one of our names is told, not overwritten."""
    with pytest.raises(StackError, match="« title »"):
        merge_schema(CKAN, OURS.format(name="title"))


def test_a_schema_of_another_shape_is_refused():
    """Without types and fields there is nothing to add to."""
    with pytest.raises(StackError, match="<types> and <fields>"):
        merge_schema("<schema/>", OURS.format(name="title_fr"))


def test_copies_of_the_additions_lead_to_fields_of_the_additions():
    """Every copy in config/solr/fields.xml ends in a field that this file declares, of a known type."""
    ours = ElementTree.parse(ROOT / "config" / "solr" / "fields.xml").getroot()
    fields = {element.get("name"): element.get("type") for element in ours.iterfind("fields/*")}
    assert {element.get("dest") for element in ours.iterfind("copies/*")} <= set(fields)
    assert set(fields.values()) <= {element.get("name") for element in ours.iterfind("types/*")} | {
        "string",
        "boolean",
        "date",
    }
