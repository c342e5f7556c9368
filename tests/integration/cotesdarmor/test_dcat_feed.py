"""The feed as data.gouv.fr would read it, parsed again by rdflib."""

from __future__ import annotations

from io import BytesIO

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from werkzeug.datastructures import FileStorage

from ckanext.cotesdarmor.core.vocabularies import vocabulary
from ckanext.cotesdarmor.dcat.profile import TYPES

EUROPE = "http://publications.europa.eu/resource/authority/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SUBVENTIONS = URIRef("https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json")
LICENCE = URIRef("https://www.etalab.gouv.fr/licence-ouverte-open-licence")


@pytest.fixture(scope="module")
def shared():
    """One dataset and its feed, made for the first test and read by all."""
    return {}


@pytest.fixture
def dataset(request, act, shared):
    if not shared:
        request.getfixturevalue("clean_db")
        request.getfixturevalue("clean_index")
        shared["dataset"] = make_dataset(act, request.getfixturevalue("organization"))
    return shared["dataset"]


def make_dataset(act, organization):
    return act(
        "package_create",
        organization["people"]["editor"],
        name="subventions",
        title="Subventions 2024",
        notes="Aides aux associations.",
        owner_org=organization["id"],
        theme=["ECON"],
        frequency="ANNUAL",
        territory="22136",
        temporal_start="2024-01-01",
        temporal_end="2024-12-31",
        contact_email="mairie@commune.example",
        modified="2025-02-03",
        legal_basis="ue-2023-138",
        tags=[{"name": "subventions"}],
        resources=[
            {
                "url": "https://commune.example/subventions.csv",
                "name": "Subventions",
                "format": "CSV",
                "schema": "scdl/subventions",
                "hash": "d41d8cd98f00b204e9800998ecf8427e",
            },
            {"url": "https://commune.example/note.bin", "name": "Note", "format": "inconnu"},
        ],
    )


@pytest.fixture
def graph(app, dataset, shared):
    if "graph" not in shared:
        shared["graph"] = Graph().parse(data=app.get("/catalog.xml").body, format="xml")
    return shared["graph"]


@pytest.fixture
def node(graph):
    return graph.value(predicate=RDF.type, object=DCAT.Dataset)


@pytest.fixture
def file_node(graph):
    return graph.value(predicate=DCTERMS.title, object=Literal("Subventions", lang="fr"))


def test_a_file_conforms_to_exactly_one_versioned_schema(graph, file_node):
    """data.gouv.fr compares the address as a string, and picks one at random when there are several."""
    assert list(graph.objects(file_node, DCTERMS.conformsTo)) == [SUBVENTIONS]
    assert (SUBVENTIONS, RDF.type, DCTERMS.Standard) in graph


def test_types_have_a_label_as_dcat_ap_asks(graph):
    """A concept without label is the first thing that its shapes refuse."""
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert graph.value(concept, SKOS.prefLabel)


def test_every_type_of_licence_has_a_label():
    """A licence that is added later brings a type that the feed can name."""
    assert {term.facts["licence_type"] for term in vocabulary("license")} <= set(TYPES)


def test_files_without_schema_conform_to_nothing(graph):
    """No empty node, no empty text."""
    assert len(list(graph.subject_objects(DCTERMS.conformsTo))) == 1


def test_the_identifier_is_the_id(graph, node, dataset):
    """Another one would make a duplicate on data.gouv.fr."""
    assert list(graph.objects(node, DCTERMS.identifier)) == [Literal(dataset["id"])]


def test_every_file_has_the_licence_with_its_label(graph, file_node):
    """data.gouv.fr recognises the address and the label."""
    assert list(graph.objects(file_node, DCTERMS.license)) == [LICENCE]
    assert (LICENCE, RDF.type, DCTERMS.LicenseDocument) in graph
    assert graph.value(LICENCE, RDFS.label) == Literal(
        "Licence Ouverte / Open Licence version 2.0", lang="fr"
    )
    assert "UnknownIPR" not in str(graph.value(LICENCE, DCTERMS.type))


@pytest.mark.parametrize(
    ("predicate", "address", "rdf_class", "label_predicate"),
    [
        (DCTERMS.accrualPeriodicity, "frequency/ANNUAL", DCTERMS.Frequency, RDFS.label),
        (DCAT.theme, "data-theme/ECON", SKOS.Concept, SKOS.prefLabel),
        (DCTERMS.language, "language/FRA", DCTERMS.LinguisticSystem, RDFS.label),
        (DCTERMS.accessRights, "access-right/PUBLIC", DCTERMS.RightsStatement, RDFS.label),
    ],
)
def test_controlled_words_are_typed_addresses_with_a_french_label(
    graph, node, predicate, address, rdf_class, label_predicate
):
    """Without its label a theme is lost on data.gouv.fr."""
    term = URIRef(EUROPE + address)
    assert list(graph.objects(node, predicate)) == [term]
    assert (term, RDF.type, rdf_class) in graph
    assert graph.value(term, label_predicate).language == "fr"


def test_the_territory_has_a_name_a_code_and_a_rectangle(graph, node):
    """data.gouv.fr counts a territory only with a polygon."""
    place = graph.value(node, DCTERMS.spatial)
    assert (place, RDF.type, DCTERMS.Location) in graph
    assert graph.value(place, SKOS.prefLabel) == Literal("Loudéac", lang="fr")
    assert graph.value(place, DCTERMS.identifier) == Literal("22136")
    assert str(graph.value(place, DCAT.bbox)).startswith("POLYGON ((-2.")


def test_the_period_has_full_days(graph, node):
    """A year alone becomes another day on data.gouv.fr."""
    period = graph.value(node, DCTERMS.temporal)
    assert graph.value(period, DCAT.startDate) == Literal("2024-01-01", datatype=XSD.date)
    assert graph.value(period, DCAT.endDate) == Literal("2024-12-31", datatype=XSD.date)


def test_the_date_is_that_of_the_data(graph, node):
    """Not that of the last edit of the metadata."""
    assert list(graph.objects(node, DCTERMS.modified)) == [Literal("2025-02-03", datatype=XSD.date)]


def test_there_is_no_checksum(graph):
    """data.gouv.fr refuses a whole dataset for it."""
    assert not list(graph.subject_objects(SPDX.checksum))


def test_the_form_of_files_is_named_by_addresses_only(graph, file_node):
    """An unknown word is left out rather than written as text."""
    assert graph.value(file_node, DCTERMS["format"]) == URIRef(EUROPE + "file-type/CSV")
    assert graph.value(file_node, DCAT.mediaType) == URIRef(
        "https://www.iana.org/assignments/media-types/text/csv"
    )
    for predicate in (DCTERMS["format"], DCAT.mediaType):
        assert all(isinstance(value, URIRef) for value in graph.objects(None, predicate))


def test_texts_are_french(graph, node):
    """The portal's data are written in French."""
    for predicate in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
        assert {text.language for text in graph.objects(node, predicate)} == {"fr"}


def test_the_legal_text_of_the_european_register_is_named(graph, node):
    """Others are words for people only."""
    legislation = URIRef("http://data.europa.eu/r5r/applicableLegislation")
    assert graph.value(node, legislation) == URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")


def test_the_publisher_is_read_afresh(app, act, sysadmin, dataset):
    """A renamed organisation is renamed in the feed at once."""
    app.get("/catalog.xml")
    act("organization_patch", sysadmin, id=dataset["owner_org"], title="Nouveau nom")
    graph = Graph().parse(data=app.get(f"/dataset/{dataset['id']}.ttl").body, format="turtle")
    publisher = graph.value(graph.value(predicate=RDF.type, object=DCAT.Dataset), DCTERMS.publisher)
    assert list(graph.objects(publisher, FOAF.name)) == [Literal("Nouveau nom", lang="fr")]


def test_a_dataset_without_mailbox_takes_that_of_its_organisation(app, act, sysadmin, dataset):
    """A change of the organisation is in the feed at once, and the dataset's own mailbox wins."""

    def contact():
        graph = Graph().parse(data=app.get(f"/dataset/{dataset['id']}.ttl").body, format="turtle")
        [node] = graph.objects(graph.value(predicate=RDF.type, object=DCAT.Dataset), DCAT.contactPoint)
        assert (node, RDF.type, VCARD.Kind) in graph
        return str(graph.value(node, VCARD.fn)), str(graph.value(node, VCARD.hasEmail))

    owner = dataset["owner_org"]
    assert contact()[1] == "mailto:mairie@commune.example"
    act("package_patch", sysadmin, id=dataset["id"], contact_email="")
    for mailbox in ("accueil@commune.example", "secretariat@commune.example"):
        act("organization_patch", sysadmin, id=owner, contact_name="Secrétariat", contact_email=mailbox)
        assert contact() == ("Secrétariat", f"mailto:{mailbox}")
    act("package_patch", sysadmin, id=dataset["id"], contact_email="mairie@commune.example")


def test_the_catalogue_says_who_publishes_it(graph):
    """DCAT-AP asks for a publisher, and for an address as language."""
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    publisher = graph.value(catalogue, DCTERMS.publisher)
    assert graph.value(publisher, DCTERMS.identifier) == Literal("222200016")
    assert graph.value(catalogue, DCTERMS.language) == URIRef(EUROPE + "language/FRA")


@pytest.mark.parametrize(("ending", "format"), [("ttl", "turtle"), ("xml", "xml"), ("jsonld", "json-ld")])
def test_a_dataset_is_served_in_every_form(app, dataset, ending, format):
    """Each form holds the same conformity."""
    graph = Graph().parse(data=app.get(f"/dataset/{dataset['id']}.{ending}").body, format=format)
    assert list(graph.objects(None, DCTERMS.conformsTo)) == [SUBVENTIONS]


def test_an_uploaded_file_keeps_one_address(app, act, sysadmin, dataset):
    """A new file name must not become a second file on data.gouv.fr."""
    resource = act(
        "resource_create",
        sysadmin,
        package_id=dataset["id"],
        name="Dépôt",
        upload=FileStorage(BytesIO(b"a,b\n1,2\n"), "table 2024.csv"),
    )
    graph = Graph().parse(data=app.get(f"/dataset/{dataset['id']}.ttl").body, format="turtle")
    uploaded = graph.value(predicate=DCTERMS.title, object=Literal("Dépôt", lang="fr"))
    wanted = f"/dataset/{dataset['id']}/resource/{resource['id']}/download"
    for predicate in (DCAT.accessURL, DCAT.downloadURL):
        assert [str(value).endswith(wanted) for value in graph.objects(uploaded, predicate)] == [True]
