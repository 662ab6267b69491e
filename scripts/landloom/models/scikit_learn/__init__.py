"""What families have in common that scikit-learn trains: its classifiers by name, and how they are built."""
