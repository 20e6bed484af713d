"""Who meets whom, when and at which table, what becomes of it when something changes, and what came of it: values in, values out."""
