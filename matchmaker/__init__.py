"""matchmaker: yearly assignments by rules, proven, checked and explained."""
