"""Personal data in a file: what may name, reach or single out a person, before anybody publishes it.

Apart from the check of a schema, and without need of one. Nothing that a person wrote leaves this package
but masked. `docs/privacy.md` tells what is found and how well.
"""
