"""Export formats: one file each; the registry recognises them by their column names."""
