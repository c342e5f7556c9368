"""What a container makes of its environment, and whether the files of docker/ agree with one another."""

from __future__ import annotations

import configparser
import importlib.util
import re

import pytest
import yaml
from stack.layout import ROOT

DOCKER = ROOT / "docker"
ENVIRON = {
    "CKAN_SITE_URL": "https://donnees.example.fr/",
    "CKAN_SQLALCHEMY_URL": "postgresql://ckan:p@db/ckan",
    "CKAN_DATASTORE_WRITE_URL": "postgresql://ckan:p@db/ckan_datastore",
    "CKAN_DATASTORE_READ_URL": "postgresql://datastore_reader:p@db/ckan_datastore",
    "CKAN_REDIS_URL": "redis://:p%40ss@redis:6379/2",
    "CKAN_SOLR_URL": "http://solr:8983/solr/ckan",
    "PORTAL_SECRET_KEY": "k" * 32,
    "PORTAL_TOKEN_SECRET": "t" * 32,
}


@pytest.fixture(scope="module")
def settings():
    spec = importlib.util.spec_from_file_location("docker_settings", DOCKER / "settings.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))


def read(text):
    parser = configparser.ConfigParser()
    parser.optionxform = str
    parser.read_string(text)
    return parser["app:main"]


def test_the_ini_file_has_what_ckan_reads_from_a_file_only(settings):
    """Secrets, and the queue's address in the parts that the harvester wants."""
    made = read(settings.ini_text(ENVIRON))
    assert made["use"].endswith("config/ckan.ini")
    assert made["ckan.site_url"] == "https://donnees.example.fr"
    assert made["SECRET_KEY"] == "k" * 32
    assert made["api_token.jwt.encode.secret"] == made["api_token.jwt.decode.secret"] == "string:" + "t" * 32
    assert made["ckan.harvest.mq.password"] == "p@ss"
    assert made["ckan.harvest.mq.redis_db"] == "2"


def test_any_setting_may_be_given(settings):
    """PORTAL_SETTING_ names one, with two underlines for a point."""
    made = read(settings.ini_text({**ENVIRON, "PORTAL_SETTING_ckan__site_title": "100 % ouvert"}))
    assert made["ckan.site_title"] == "100 % ouvert"


@pytest.mark.parametrize("name", sorted(ENVIRON))
def test_what_is_missing_is_named(settings, name):
    """The container ends with a sentence."""
    with pytest.raises(settings.WrongSettings, match=f"missing from the environment: {name}"):
        settings.ini_text({key: value for key, value in ENVIRON.items() if key != name})


def test_a_short_secret_is_refused(settings):
    """`changeme` is no secret."""
    with pytest.raises(settings.WrongSettings, match="PORTAL_SECRET_KEY is shorter than 32"):
        settings.ini_text({**ENVIRON, "PORTAL_SECRET_KEY": "changeme"})


def test_a_value_cannot_add_a_setting(settings):
    """A second line would be one."""
    with pytest.raises(settings.WrongSettings, match="more than one line"):
        settings.ini_text({**ENVIRON, "PORTAL_SETTING_ckan__site_title": "a\nckan.plugins = x"})


def test_every_variable_of_compose_stands_in_the_example():
    """Who copies env.example has every name to fill in."""
    asked = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text("utf-8")))
    offered = set(re.findall(r"^(\w+)=", (DOCKER / "env.example").read_text("utf-8"), re.MULTILINE))
    assert asked == offered


def test_the_portal_containers_get_what_settings_require(settings, compose):
    """Nothing that the ini file needs is left out of the services."""
    for name in ("setup", "web", "worker", "clock"):
        assert set(settings.REQUIRED) <= set(compose["services"][name]["environment"])


def test_only_set_up_knows_the_clusters_password(compose):
    """What lives and answers the world does not hold the database's superuser."""
    for name in ("web", "worker", "clock"):
        assert not [value for value in compose["services"][name]["environment"].values() if "ADMIN" in value]


def test_every_service_runs_on_its_own_words(compose):
    """Each word of compose is one that the entrypoint knows."""
    words = re.findall(r"^    (\w+)\)", (DOCKER / "entrypoint.sh").read_text("utf-8"), re.MULTILINE)
    asked = {compose["services"][name]["command"][0] for name in ("setup", "web", "worker", "clock")}
    assert asked == set(words)


def test_what_the_image_copies_exists():
    """A file that moves is missed here and not in the operator's build."""
    text = (DOCKER / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    for arguments in re.findall(r"^COPY (?!.*--from)(.*)$", text, re.MULTILINE):
        names = [word for word in arguments.split() if not word.startswith("--")][:-1]
        assert [name for name in names if not (ROOT / name).exists()] == []
