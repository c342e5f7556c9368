#!/bin/bash
# What a container of the portal does, by one word:
#   setup   create and migrate the tables, the administrator, the texts, the index; then end
#   web, worker, clock   live
#   anything else   CKAN's command line: `docker compose run --rm web user list`
set -euo pipefail

mkdir -p "$(dirname "$CKAN_INI")"
(umask 077 && python /srv/portal/docker/settings.py >"$CKAN_INI")

setup() {
    ckan db init
    ckan db upgrade
    ckan datastore set-permissions | psql --quiet --set ON_ERROR_STOP=1 "${PORTAL_DATABASE_ADMIN_URL:?is missing}"
    mkdir -p "$CKAN_STORAGE_PATH/i18n/js"
    ckan translation js
    if ckan user show "${PORTAL_ADMIN_NAME:?is missing}" | grep -q 'User: None'; then
        # The password is read where it is asked for: arguments can be seen by others.
        printf '%s\n%s\n' "${PORTAL_ADMIN_PASSWORD:?is missing}" "$PORTAL_ADMIN_PASSWORD" |
            ckan sysadmin add --create "$PORTAL_ADMIN_NAME" "email=${PORTAL_ADMIN_EMAIL:?is missing}"
    fi
    ckan search-index rebuild
}

case "${1:-web}" in
    setup) setup ;;
    web)
        exec gunicorn --bind 0.0.0.0:5000 --chdir /srv/portal/config --workers "${PORTAL_WEB_WORKERS:-2}" --threads 8 \
            --worker-class gthread --worker-tmp-dir /dev/shm --timeout 120 --graceful-timeout 20 \
            --limit-request-line 8190 --no-control-socket --access-logfile - wsgi:application
        ;;
    worker) exec nice -n 5 ckan jobs worker ;; # pages come before what nobody waits for
    clock) exec ckan scdl clock ;;
    *) exec ckan "$@" ;;
esac
