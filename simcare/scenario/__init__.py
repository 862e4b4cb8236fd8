"""What a user states: schema, loading, layering, checking."""
