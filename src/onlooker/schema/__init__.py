"""What every stage shares: tables, findings, evidence and days. It reads and writes nothing."""
