"""Classifiers behind one small interface: fit, save, load, predict_proba."""
