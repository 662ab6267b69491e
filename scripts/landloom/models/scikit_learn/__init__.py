"""Classifiers of scikit-learn by name, and how they are built: shared by the families that it trains."""
