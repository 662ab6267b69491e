"""Graphics cards: whether one is used, and how arrays come to it and back."""
