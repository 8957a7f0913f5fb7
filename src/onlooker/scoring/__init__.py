"""AGENT_DAYS -> SCORES: night by night, from counts to evidence, p-values and ranks."""
