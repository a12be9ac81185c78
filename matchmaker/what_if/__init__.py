"""What if: a stage of a plan asked again with other pairs or other rules, and grids of scenarios."""
