"""The weights of the statistics: what planted visits do to them, and the noise that they have."""
