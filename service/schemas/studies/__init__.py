"""What the addresses of an analyst's figures take and give, a module a topic; each figure with its meaning."""
