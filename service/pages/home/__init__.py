"""Where each role begins: what a facilitator does next, what an analyst should know, a firm's own place."""
