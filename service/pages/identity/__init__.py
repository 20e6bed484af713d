"""Who is who, and who can be matched: duplicates side by side, and profiles to complete."""
