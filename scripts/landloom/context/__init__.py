"""Auto-context: what models say of the ground around a pixel, as features of the next ones."""
