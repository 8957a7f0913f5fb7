"""From scores to alerts: deciding, wording, and the visits to check first."""
