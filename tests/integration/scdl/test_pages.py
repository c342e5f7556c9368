"""The pages of the deposits, as each visitor meets them."""

from __future__ import annotations

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import FileStorage

from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

VALID = "departement-subventions-2023.csv"
INVALID = "departement-subventions-2024.csv"


def _as(user):
    return {"Authorization": user["token"]}


def _text(answer):
    return BeautifulSoup(answer.body, "html.parser").get_text(" ", strip=True)


def _send(app, organization, name, content):
    return app.post(
        "/publier",
        headers=_as(organization["people"]["editor"]),
        data={"organization_id": organization["id"], "upload": (BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def test_a_visitor_is_asked_to_log_in(app):
    """Publier and Mes dépôts lead to the login page, which says why."""
    for path in ("/publier", "/mes-depots"):
        answer = app.get(path, follow_redirects=False)
        assert answer.status_code == 302
        assert "/user/login" in answer.headers["Location"]


def test_a_user_without_collectivite_is_told_what_to_do(app, stranger):
    """Nobody meets an empty form."""
    assert "rattaché à aucune collectivité" in _text(app.get("/publier", headers=_as(stranger)))


def test_a_conform_file_goes_from_the_form_to_the_public(app, organization, demo_file):
    """Drop, verdict, publish: the page of the dataset says that everybody can see it."""
    page = _send(app, organization, VALID, demo_file(VALID))
    assert "Ce fichier est conforme" in _text(page)
    form = BeautifulSoup(page.body, "html.parser").find(
        "form", action=lambda value: value and value.endswith("/publier")
    )
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}
    fields |= {"notes": form.find("textarea").text, "license_id": "lov2", "save": "publish"}
    published = app.post(form["action"], headers=_as(organization["people"]["editor"]), data=fields)
    assert published.status_code == 200
    assert "tout le monde peut le voir" in _text(published)


def test_a_missing_title_is_said_and_nothing_typed_is_lost(app, organization, demo_file):
    """The short form comes back with the error and with what the editor had written."""
    page = _send(app, organization, VALID, demo_file(VALID))
    form = BeautifulSoup(page.body, "html.parser").find(
        "form", action=lambda value: value and value.endswith("/publier")
    )
    again = app.post(
        form["action"], headers=_as(organization["people"]["editor"]), status=400,
        data={"title": "", "notes": "Ma description à moi", "license_id": "lov2"},
    )  # fmt: skip
    assert "Ma description à moi" in again.body
    summary = BeautifulSoup(again.body, "html.parser").find(class_="error-explanation")
    assert summary.find("a")["href"] == "#field-title"
    assert summary.has_attr("autofocus")


def _about(page):
    """What a page's short form says of theme, frequency and period."""
    soup = BeautifulSoup(page.body, "html.parser")
    themes = [box["value"].rpartition("/")[2] for box in soup.select("[name=theme]") if box.has_attr("checked")]
    frequency = soup.select_one("#field-frequency option[selected]")
    days = [soup.select_one(f"#field-temporal_{name}")["value"] for name in ("start", "end")]
    return themes, frequency["value"].rpartition("/")[2] if frequency else "", days


def test_theme_frequency_and_period_are_proposed(app, organization, demo_file):
    """The schema tells the first two, the data the last; all of them are fields with names."""
    page = _send(app, organization, VALID, demo_file(VALID))
    assert _about(page) == (["ECON"], "ANNUAL", ["2023-02-08", "2023-06-23"])
    soup = BeautifulSoup(page.body, "html.parser")
    for field in soup.select("[name=theme], #field-frequency, [name^=temporal_]"):
        assert field.get("type") != "hidden"
        assert soup.select_one(f"label[for={field['id']}]").get_text(strip=True)


def test_theme_frequency_and_period_are_the_editors_to_change(app, act, organization, demo_file):
    """What was chosen is published, an empty answer included; and it is still there when something else is missing."""
    editor = organization["people"]["editor"]
    page = _send(app, organization, VALID, demo_file(VALID))
    address = page.request.path
    soup = BeautifulSoup(page.body, "html.parser")
    monthly = next(o["value"] for o in soup.select("#field-frequency option") if o["value"].endswith("/MONTHLY"))
    chosen = {"title": "Subventions", "notes": "Notes", "license_id": "lov2", "frequency": monthly,
              "temporal_start": "2022-01-01", "temporal_end": "2023-12-31", "save": "publish"}  # fmt: skip
    again = app.post(f"{address}/publier", headers=_as(editor), data={**chosen, "title": ""}, status=400)
    assert _about(again) == ([], "MONTHLY", ["2022-01-01", "2023-12-31"])
    app.post(f"{address}/publier", headers=_as(editor), data=chosen)
    [dataset] = act("package_search", editor, q="title:Subventions")["results"]
    assert (dataset.get("theme") or [], dataset["frequency"]) == ([], monthly)
    assert (dataset["temporal_start"], dataset["temporal_end"]) == ("2022-01-01", "2023-12-31")


def test_a_faulty_file_is_explained_line_by_line(app, organization, demo_file):
    """The page names columns and lines of the editor's own file, in French, and what to do first."""
    text = _text(_send(app, organization, INVALID, demo_file(INVALID)))
    assert "points à corriger" in text
    assert "Lignes de votre fichier" in text
    assert "dateConvention" in text


def test_no_file_is_a_sentence(app, organization):
    """A form without its file comes back with a sentence."""
    answer = app.post(
        "/publier",
        headers=_as(organization["people"]["editor"]),
        data={"organization_id": organization["id"]},
        status=400,
    )
    assert "Le fichier n'a pas été pris" in _text(answer)


def test_what_a_file_says_is_shown_not_run(app, organization):
    """Labels and cells from outside are text on our pages."""
    labels = b"nomAttribuant,idAttribuant,dateConvention,nomBeneficiaire,objet,montant,nature,<script>alert(1)</script>"
    content = labels + b"\n<img src=x onerror=alert(1)>,1,2,3,4,5,6,7\n"
    page = _send(app, organization, "attaque.csv", content)
    assert "<script>alert(1)" not in page.body
    assert "<img src=x" not in page.body


def test_the_report_is_a_table_for_a_spreadsheet(app, organization, demo_file):
    """The CSV of the report opens in Excel with its accents and runs nothing."""
    page = _send(app, organization, INVALID, demo_file(INVALID))
    link = BeautifulSoup(page.body, "html.parser").find("a", href=lambda value: value and value.endswith("rapport.csv"))
    answer = app.get(link["href"], headers=_as(organization["people"]["editor"]))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_others_do_not_see_a_deposit(app, organization, demo_file, stranger):
    """A deposit's page is for its organisation; a visitor is asked to log in, a stranger is refused."""
    page = _send(app, organization, VALID, demo_file(VALID))
    path = page.request.path
    assert app.get(path, follow_redirects=False).status_code == 302
    assert app.get(path, headers=_as(stranger), status=403).status_code == 403
    assert app.get(path, headers=_as(organization["people"]["member"]), status=403).status_code == 403


def test_my_deposits_lists_those_of_my_organisations(app, organization, demo_file):
    """The list names the file, the collectivité and the state; another organisation's editor sees none of it."""
    _send(app, organization, VALID, demo_file(VALID))
    text = _text(app.get("/mes-depots", headers=_as(organization["people"]["editor"])))
    assert VALID in text
    assert "Contrôlé, à publier" in text
    other = factories.UserWithToken()
    factories.Organization(users=[{"name": other["name"], "capacity": "editor"}])
    assert VALID not in _text(app.get("/mes-depots", headers=_as(other)))


def test_the_page_of_a_resource_tells_its_editor_what_waits(app, organization, publish_bytes, act):
    """A stock replacement that waits is announced to editors, not to the public."""
    resource = publish_bytes("table.csv", b"a,b\n1,2\n")
    editor = organization["people"]["editor"]
    act("resource_patch", editor, id=resource["id"], upload=FileStorage(BytesIO(b"a,b\n3,4\n"), "table.csv"))
    path = f"/dataset/{resource['package_id']}/resource/{resource['id']}"
    assert "nouvelle version de ce fichier" in _text(app.get(path, headers=_as(editor)))
    assert "nouvelle version de ce fichier" not in _text(app.get(path))


def test_a_table_without_schema_shows_its_faults(app, organization):
    """A row that is too long is told though no schema is known, and a dataset of its own is what is proposed."""
    page = _send(app, organization, "arbres.csv", b"arbre;hauteur\nif;12;3\n")
    assert "ne suit aucun schéma" in _text(page)
    assert "la ligne continue après la dernière colonne" in _text(page)


def test_a_header_without_rows_is_not_called_conform(app, organization):
    """Nothing is wrong with it, yet nobody is told that all is well."""
    header = b"COMMUNE_NOM,COLL_INSEE,ENFANT_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES,ANNEE\n"
    page = _text(_send(app, organization, "prenoms.csv", header))
    assert "Ce fichier ne contient aucune ligne" in page
    assert "Ce fichier est conforme" not in page


def test_the_answer_to_a_form_begins_with_the_result(app, organization, demo_file):
    """The keyboard, and who listens to the page, land on the verdict."""
    answer = app.post(
        "/publier",
        headers=_as(organization["people"]["editor"]),
        data={"organization_id": organization["id"], "upload": (BytesIO(demo_file(VALID)), VALID)},
        content_type="multipart/form-data",
        follow_redirects=False,
    )
    assert answer.headers["Location"].endswith("#resultat")
    page = app.get(answer.headers["Location"].partition("#")[0], headers=_as(organization["people"]["editor"]))
    assert BeautifulSoup(page.body, "html.parser").find(id="resultat")["tabindex"] == "-1"
