"""Our part of the feed, run after ckanext-dcat's DCAT-AP 3 profile over the same graph."""

from __future__ import annotations

from typing import Any

from rdflib import BNode, Literal, Namespace, URIRef
from rdflib.term import Node

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.dcat.profiles import RDFProfile
from ckanext.dcat.profiles.base import (
    DCAT,
    DCT,
    FOAF,
    GSP,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    XSD,
    CleanedURIRef,
)
from ckanext.dcat.utils import publisher_uri_organization_fallback, resource_uri

from ckanext.cotesdarmor import instance
from ckanext.cotesdarmor.core import dcat
from ckanext.cotesdarmor.core.territory import UnknownCollectivite
from ckanext.cotesdarmor.core.vocabularies import Term, vocabulary
from ckanext.cotesdarmor.dcat.places import bounding_box

DCATAP = Namespace("http://data.europa.eu/r5r/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
LOCAL_AUTHORITY = URIRef("http://purl.org/adms/publishertype/LocalAuthority")
FRENCH = URIRef(vocabulary("language").terms[0].uri)
# (field of the dataset, predicate, class, predicate of the label)
CONTROLLED = (
    ("frequency", DCT.accrualPeriodicity, DCT.Frequency, RDFS.label, "frequency"),
    ("theme", DCAT.theme, SKOS.Concept, SKOS.prefLabel, "theme"),
    ("language", DCT.language, DCT.LinguisticSystem, RDFS.label, "language"),
    ("access_rights", DCT.accessRights, DCT.RightsStatement, RDFS.label, "access_right"),
)
# Labels of the types of ADMS, which DCAT-AP wants beside their addresses.
TYPES = {
    "http://purl.org/adms/publishertype/LocalAuthority": "Collectivité territoriale",
    "http://purl.org/adms/licencetype/Attribution": "Mention de la source",
    "http://purl.org/adms/licencetype/ViralEffect-ShareAlike": "Partage à l’identique",
    "http://purl.org/adms/licencetype/PublicDomain": "Domaine public",
    "http://purl.org/adms/licencetype/UnknownIPR": "Droits inconnus",
}
IN_FRENCH = (DCT.title, DCT.description, DCAT.keyword)


class CotesDarmorProfile(RDFProfile):
    """Says what data.gouv.fr reads and the stock profile leaves out or writes otherwise."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        """Complete and correct the triples of one dataset."""
        # The one identity that data.gouv.fr keeps a dataset by; another guid would make a duplicate there.
        self.g.set((dataset_ref, DCT.identifier, Literal(dataset_dict["id"])))
        self._in_french(dataset_ref)
        self._controlled(dataset_dict, dataset_ref)
        self._dates(dataset_dict, dataset_ref)
        self._landing_page(dataset_dict, dataset_ref)
        self._territory(dataset_dict, dataset_ref)
        self._publisher(dataset_dict, dataset_ref)
        self._contact(dataset_dict, dataset_ref)
        self._legal_basis(dataset_dict, dataset_ref)
        for resource in dataset_dict.get("resources", []):
            self._distribution(dataset_dict, resource)

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        """Complete the catalogue: publisher, language as an address, French texts."""
        current = instance.current()
        self.g.set((catalog_ref, DCT.language, FRENCH))
        self._describe("language", vocabulary("language").terms[0], DCT.LinguisticSystem, RDFS.label)
        self.g.set((catalog_ref, DCT.title, Literal(current.text("title", "fr"), lang="fr")))
        self.g.set((catalog_ref, DCT.description, Literal(current.text("introduction", "fr"), lang="fr")))
        homepage = URIRef(f"{catalog_ref}/")
        self.g.set((catalog_ref, FOAF.homepage, homepage))
        self.g.add((homepage, RDF.type, FOAF.Document))
        publisher = URIRef(f"{catalog_ref}#publisher")
        self.g.add((catalog_ref, DCT.publisher, publisher))
        departement = instance.territory().departement
        self._agent(publisher, departement.name, departement.siren)

    def _in_french(self, subject: Node) -> None:
        for predicate in IN_FRENCH:
            for text in list(self.g.objects(subject, predicate)):
                if isinstance(text, Literal) and not text.language and not text.datatype:
                    self.g.remove((subject, predicate, text))
                    self.g.add((subject, predicate, Literal(str(text), lang="fr")))

    def _describe(self, name: str, term: Term, rdf_class: URIRef, label: URIRef) -> None:
        node = URIRef(term.uri)
        self.g.add((node, RDF.type, rdf_class))
        self.g.add((node, label, Literal(term.labels["fr"], lang="fr")))
        self.g.add((node, SKOS.inScheme, URIRef(vocabulary(name).source)))

    def _type(self, node: Node, kind: URIRef) -> None:
        self.g.set((node, DCT.type, kind))
        self.g.add((kind, RDF.type, SKOS.Concept))
        self.g.add((kind, SKOS.prefLabel, Literal(TYPES[str(kind)], lang="fr")))

    def _controlled(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        for field, predicate, rdf_class, label, name in CONTROLLED:
            stored = dataset_dict.get(field) or ()
            self.g.remove((dataset_ref, predicate, None))
            for value in [stored] if isinstance(stored, str) else stored:
                term = vocabulary(name).find(str(value))
                if term:
                    self.g.add((dataset_ref, predicate, URIRef(term.uri)))
                    self._describe(name, term, rdf_class, label)

    def _dates(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        self._day(dataset_ref, DCT.issued, dcat.day_of_publication(dataset_dict))
        self._day(dataset_ref, DCT.modified, dcat.day_of_data(dataset_dict))

    def _day(self, subject: URIRef, predicate: URIRef, day: str) -> None:
        self.g.remove((subject, predicate, None))
        if day:
            self.g.add((subject, predicate, Literal(day, datatype=XSD.date)))

    def _landing_page(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        page = URIRef(tk.url_for("dataset.read", id=dataset_dict["name"], qualified=True, locale="default"))
        self.g.set((dataset_ref, DCAT.landingPage, page))
        self.g.add((page, RDF.type, FOAF.Document))

    def _territory(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        try:
            found = instance.territory().by_siren(str(dataset_dict.get("territory") or ""))
        except UnknownCollectivite:
            return
        place = BNode()
        self.g.add((dataset_ref, DCT.spatial, place))
        self.g.add((place, RDF.type, DCT.Location))
        self.g.add((place, SKOS.prefLabel, Literal(found.name, lang="fr")))
        self.g.add((place, DCT.identifier, Literal(found.insee or found.siren)))
        box = bounding_box(found)
        if box:
            self.g.add((place, DCAT.bbox, Literal(box, datatype=GSP.wktLiteral)))

    def _publisher(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        if not dataset_dict.get("organization"):
            return
        publisher = CleanedURIRef(publisher_uri_organization_fallback(dataset_dict))
        # The stock profile keeps organisations until the process ends; a graph lives for one request.
        if (publisher, DCT.type, LOCAL_AUTHORITY) in self.g:
            return
        organization = _organization(dataset_dict)
        self.g.remove((publisher, None, None))
        self.g.add((dataset_ref, DCT.publisher, publisher))
        self._agent(publisher, organization.get("title") or "", organization.get("siren") or "")

    def _agent(self, node: URIRef, name: str, siren: str) -> None:
        self.g.add((node, RDF.type, FOAF.Agent))
        self.g.add((node, FOAF.name, Literal(name, lang="fr")))
        self._type(node, LOCAL_AUTHORITY)
        if siren:
            self.g.add((node, DCT.identifier, Literal(siren)))

    def _contact(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        contact = dcat.contact_of(dataset_dict, _organization(dataset_dict))
        if contact is None:
            return
        node = self.g.value(dataset_ref, DCAT.contactPoint) or BNode()
        self.g.add((dataset_ref, DCAT.contactPoint, node))
        for kind in (VCARD.Kind, VCARD.Organization):
            self.g.add((node, RDF.type, kind))
        if not self.g.value(node, VCARD.fn):
            self.g.add((node, VCARD.fn, Literal(contact.name)))
        if contact.email and not self.g.value(node, VCARD.hasEmail):
            self.g.add((node, VCARD.hasEmail, CleanedURIRef(f"mailto:{contact.email}")))

    def _legal_basis(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        term = vocabulary("legal_basis").find(str(dataset_dict.get("legal_basis") or ""))
        if term and term.uri:
            self.g.add((dataset_ref, DCATAP.applicableLegislation, URIRef(term.uri)))
            self.g.add((URIRef(term.uri), RDF.type, ELI.LegalResource))

    def _distribution(self, dataset_dict: dict[str, Any], resource: dict[str, Any]) -> None:
        node = CleanedURIRef(resource_uri(resource))
        self._in_french(node)
        self._licence(dataset_dict, node)
        self._form(resource, node)
        self._addresses(resource, node)
        self.g.remove((node, DCT.conformsTo, None))
        schema = dcat.schema_of(resource)
        if schema:
            self.g.add((node, DCT.conformsTo, URIRef(schema)))
            self.g.add((URIRef(schema), RDF.type, DCT.Standard))
        self._day(node, DCT.modified, dcat.day_of_file(resource))
        self._day(node, DCT.issued, str(resource.get("created") or "")[:10])
        # data.gouv.fr refuses the whole dataset for a checksum as the stock profile writes it.
        for checksum in list(self.g.objects(node, SPDX.checksum)):
            self.g.remove((checksum, None, None))
        self.g.remove((node, SPDX.checksum, None))

    def _licence(self, dataset_dict: dict[str, Any], node: URIRef) -> None:
        self.g.remove((node, DCT.license, None))
        term = dcat.licence_of(dataset_dict)
        if term:
            licence = URIRef(term.uri)
            self.g.add((node, DCT.license, licence))
            self.g.add((licence, RDF.type, DCT.LicenseDocument))
            self.g.add((licence, RDFS.label, Literal(term.facts["title"], lang="fr")))
            self._type(licence, URIRef(term.facts["licence_type"]))

    def _form(self, resource: dict[str, Any], node: URIRef) -> None:
        found = dcat.file_type_of(resource)
        # A literal where an address is expected breaks DCAT-AP; what no vocabulary names is left out.
        for predicate in (DCT["format"], DCAT.mediaType):
            for value in list(self.g.objects(node, predicate)):
                if found or isinstance(value, Literal):
                    self.g.remove((node, predicate, value))
        if found:
            self.g.add((node, DCT["format"], URIRef(found.format)))
            self.g.add((URIRef(found.format), RDF.type, DCT.MediaTypeOrExtent))
            self.g.add((URIRef(found.format), SKOS.inScheme, URIRef(vocabulary("file_type").source)))
            if found.media_type:
                self.g.add((node, DCAT.mediaType, URIRef(found.media_type)))
                self.g.add((URIRef(found.media_type), RDF.type, DCT.MediaType))

    def _addresses(self, resource: dict[str, Any], node: URIRef) -> None:
        if resource.get("url_type") != "upload":
            return
        # Without the name of the file: a new name would be a second resource on data.gouv.fr.
        stable = URIRef(
            tk.url_for(
                "dataset_resource.download",
                id=resource["package_id"],
                resource_id=resource["id"],
                qualified=True,
                locale="default",
            )
        )
        for predicate in (DCAT.accessURL, DCAT.downloadURL):
            self.g.set((node, predicate, stable))


def _organization(dataset_dict: dict[str, Any]) -> dict[str, Any]:
    """What the portal says of a dataset's organisation now, or nothing.

    The session keeps the row until the request ends: a page of the feed asks once for each organisation.
    """
    group = model.Group.get(dataset_dict.get("owner_org") or "")
    return {"title": group.title, **(group.extras or {})} if group else {}
