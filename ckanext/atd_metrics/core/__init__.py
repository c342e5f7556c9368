"""Plain Python: events and indicators; never imports CKAN."""
