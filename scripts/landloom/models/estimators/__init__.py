"""Any other classifier of scikit-learn, stored as skops files."""
