"""From events to tidy tables: ledger, outcomes, chronology."""
