"""The domain stated as regions and clocks: families, needs, the case, supports, placements."""
