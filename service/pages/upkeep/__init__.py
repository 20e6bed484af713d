"""Pages for whoever looks after the service's data: builds with the work behind them, and the audit trail."""
