"""Files into canonical tables, kept in a workspace."""
