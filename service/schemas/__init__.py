"""What the API takes and gives, as types: every text capped, every number bounded, every unknown field refused.

One module for each of ``service.api``.
"""
