"""Finds partners across the actor groups of a business cluster, says why, and shows where it may spin off."""
