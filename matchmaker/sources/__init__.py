"""Files into values: tables and the CORDIS bulk download, with every row that had to be rejected."""
