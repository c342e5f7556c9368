"""Actions, permissions and input of the deposits."""
